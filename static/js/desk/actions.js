// What an agent does to a conversation. Each call changes the screen when its answer or its event comes, whichever is first.
import { putSession } from "../store/model.js";
import { isEnded } from "../store/views.js";

export class Actions {
  #desk;

  constructor(desk) {
    this.#desk = desk;
  }

  /** Sends a text into the open conversation. */
  send(text) {
    const session_id = this.#desk.open_id.peek();
    if (!session_id || !text.trim()) return false;
    this.#desk.outbox.peek()?.add({ session_id, text: text.trim(), reply_to: this.#desk.quoted.peek() });
    this.#desk.quoted.value = null;
    this.#desk.drafts.keep(session_id, "");
    return true;
  }

  assignToMe() {
    const session = this.#current();
    const { me } = this.#desk.store.model;
    if (!session || !me?.agent_id || session.agent_id === me.agent_id) return false;
    this.assign(session.id, me.agent_id);
    return true;
  }

  /** Gives a conversation to an agent, or to nobody. */
  assign(id, agent_id) {
    const name = this.#desk.store.model.agents.get(agent_id)?.name;
    return this.#do((calls) => calls.assign(id, agent_id), {
      done: agent_id ? `Assigned to ${agent_id === this.#desk.store.model.me?.agent_id ? "you" : name}` : "Nobody is assigned now",
      failed: "The assignment was not changed",
    });
  }

  toggleResolved() {
    const session = this.#current();
    if (!session) return false;
    if (isEnded(session)) this.reopen(session.id);
    else this.resolve(session.id);
    return true;
  }

  resolve(id) {
    return this.#do((calls) => calls.resolve(id), {
      done: "Resolved",
      failed: "It was not resolved",
      undo: () => this.reopen(id),
    });
  }

  reopen(id) {
    return this.#do((calls) => calls.reopen(id), { done: "Open again", failed: "It was not opened again" });
  }

  /** Everything up to the newest message has been read. */
  async markRead(id) {
    const session = this.#desk.store.model.sessions.get(id);
    if (!session || session.unread_count === 0) return;
    try {
      this.#take(await this.#desk.calls.markRead(id, session.message_seq));
    } catch {
      // The count stays as it is, which is the truth; the next look at the conversation tries again.
    }
  }

  markUnread() {
    const session = this.#current();
    if (!session) return false;
    this.#desk.timelines.leaveUnread(session.id);
    this.#do((calls) => calls.markUnread(session.id), { done: "Marked unread", failed: "It was not marked unread" });
    return true;
  }

  /** Signs out here and leaves the page. */
  async signOut() {
    try {
      await this.#desk.calls.signOut();
      location.assign("/console/login");
    } catch (error) {
      this.#desk.say(`You are still signed in: ${error.message}`, { is_error: true });
    }
  }

  async #do(call, { done, failed, undo = null }) {
    try {
      this.#take(await call(this.#desk.calls));
      this.#desk.store.release();
      this.#desk.say(done, undo ? { label: "Undo", run: undo } : {});
    } catch (error) {
      this.#desk.say(`${failed}: ${error.message}`, { is_error: true });
    }
  }

  #take(answer) {
    if (answer?.customer) this.#desk.store.change((model, changes) => putSession(model, answer, changes));
  }

  /** The conversation that a key means: the one that is open, or else the row under the keyboard. */
  #current() {
    const id = this.#desk.open_id.peek() ?? this.#desk.list.cursor.peek();
    return id ? this.#desk.store.model.sessions.get(id) : null;
  }
}
