// The messages of one conversation: a window over a long history that stays at its end, or where one is reading.
import { Scroll } from "../lib/scroll.js";
import { pendingMessage, timelineRows } from "../store/rows.js";
import { bounded, inWindow, stepDown, stepUp } from "../store/window.js";
import { Empty } from "./empty.js";
import { html, useDesk, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./html.js";
import { Icon } from "./icon.js";
import { Message } from "./message.js";

export function Timeline({ id, session }) {
  const desk = useDesk();
  const timeline = desk.store.timeline(id).value;
  const { items } = timeline;
  const pending = usePending(desk, id);
  const [view, setView] = useState(null);
  const [left_at, setLeftAt] = useState(null);
  const [box, column, scroll] = [useRef(null), useRef(null), useRef(null)];
  const now = useRef(null);
  const bounds = bounded(items, view, left_at === null);
  const rule = desk.timelines.new_rule.value;
  const rows = useMemo(
    () => timelineRows(inWindow(items, bounds), bounds.to === null ? pending : [], { new_seq: rule?.id === id ? rule.seq : null }),
    [items, pending, bounds.from, bounds.to, rule],
  );
  now.current = { items, bounds };

  useLayoutEffect(() => {
    scroll.current = new Scroll(box.current, column.current, {
      is_last: () => now.current.bounds.to === null,
      on_end: (is_at_end) => {
        if (!is_at_end) setView(now.current.bounds);
        setLeftAt(is_at_end ? null : (now.current.items.at(-1)?.seq ?? 0));
      },
      on_near_top: () => {
        const up = stepUp(now.current.items, now.current.bounds);
        if (up) setView(up);
        else desk.timelines.fetchOlder(id);
      },
      on_near_bottom: () => now.current.bounds.to !== null && setView(stepDown(now.current.items, now.current.bounds)),
    });
    return () => scroll.current.end();
  }, []);
  useLayoutEffect(() => {
    scroll.current.settle();
    if (timeline.is_loaded) scroll.current.look();
  }, [rows]);
  useLayoutEffect(() => void (pending.length > 0 && toEnd()), [pending.length]);
  useEffect(() => {
    if (timeline.is_loaded && left_at === null && bounds.to === null) desk.timelines.seen(id);
  }, [timeline, left_at, session?.unread_count]);

  const toEnd = () => {
    setView(null);
    scroll.current.toEnd();
  };
  const toMessage = (message_id) => {
    if (!scroll.current.toRow(items.find((message) => message.id === message_id)?.client_message_id ?? message_id)) {
      desk.say("That message is further up.");
    }
  };

  return html`
    <div class="timeline">
      <div class="timeline__box" ref=${box} tabindex="0" role="log" aria-label="Messages" aria-live=${left_at === null ? "polite" : "off"} aria-busy=${timeline.is_loading}>
        <div class="timeline__column" ref=${column}>
          <${Beginning} timeline=${timeline} has_more=${items.length > 0 && bounds.from > items[0].seq} again=${() => desk.timelines.fetch(id)} />
          ${rows.map((row) => html`<${Row} key=${row.key} row=${row} to_message=${toMessage} />`)}
        </div>
      </div>
      ${left_at !== null && html`<${Jump} count=${items.filter((each) => each.seq > left_at && each.direction === "inbound").length} run=${toEnd} />`}
    </div>
  `;
}

function usePending(desk, id) {
  const entries = desk.outbox.value?.entries.value ?? [];
  const agent_id = desk.store.model.me?.agent_id ?? null;
  return useMemo(
    () => entries.filter((entry) => entry.session_id === id).map((entry) => pendingMessage(entry, agent_id)),
    [entries, id],
  );
}

function Row({ row, to_message }) {
  if (row.kind === "day") return html`<div class="day"><span>${row.label}</span></div>`;
  if (row.kind === "new") return html`<div class="new-rule"><span>New</span></div>`;
  return html`<${Message} data_key=${row.key} message=${row.message} starts=${row.starts} ends=${row.ends} to_message=${to_message} />`;
}

/** What stands over the first message: more, nothing, or why there is nothing. */
function Beginning({ timeline, has_more, again }) {
  if (timeline.error && !timeline.is_loaded) {
    return html`<${Empty} icon="alert" title="The messages could not be fetched" action="Try again" run=${again}>${timeline.error.message}<//>`;
  }
  if (!timeline.is_loaded) return html`<div class="timeline__skeleton" aria-hidden="true"><i></i><i></i><b></b><i></i><b></b></div>`;
  if (has_more || timeline.next !== null) return html`<p class="timeline__top">${timeline.is_loading ? "Fetching older messages…" : "Older messages"}</p>`;
  if (timeline.items.length === 0) return html`<p class="timeline__top">No messages yet.</p>`;
  return html`<p class="timeline__top">The conversation began here.</p>`;
}

function Jump({ count, run }) {
  return html`
    <button class="jump" type="button" onClick=${run}>
      <${Icon} name="down" small />${count > 0 ? `Jump to latest (${count})` : "Jump to latest"}
    </button>
  `;
}
