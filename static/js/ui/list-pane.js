// The second column: the view's name, the search, the list, and what stands there when the list is empty.
import { VIEWS } from "../store/views.js";
import { SignOutButton, ThemeButton } from "./account.js";
import { Empty } from "./empty.js";
import { html, useDesk } from "./html.js";
import { Icon } from "./icon.js";
import { SessionList } from "./session-list.js";
import { Views } from "./sidebar.js";

export function ListPane() {
  const desk = useDesk();
  const view = VIEWS.find((each) => each.id === desk.list.view.value);
  const count = desk.store.ids.value.length;
  return html`
    <section class="list-pane" aria-labelledby="list-title">
      <header class="list-pane__head">
        <h1 class="list-pane__title" id="list-title">${view.label}</h1>
        ${count > 0 && html`<span class="list-pane__count num">${count.toLocaleString("en")}</span>`}
        <${SearchBox} />
        <div class="list-pane__account"><${ThemeButton} /><${SignOutButton} /></div>
      </header>
      <div class="list-pane__views"><${Views} /></div>
      <${Held} />
      <${Contents} />
    </section>
  `;
}

function SearchBox() {
  const { list } = useDesk();
  return html`
    <label class="search">
      <${Icon} name="search" small />
      <span class="sr-only">Search conversations</span>
      <input
        class="search__input"
        type="search"
        placeholder="Search"
        title="Search (/)"
        ref=${list.search_box}
        value=${list.query.value}
        onInput=${(event) => list.filter(event.target.value)}
        onKeyDown=${(event) => event.key === "Enter" && list.move(1) && event.target.blur()}
      />
    </label>
  `;
}

/** Moves that were held because somebody points at the list. */
function Held() {
  const { store } = useDesk();
  const moves = store.moves.value;
  if (moves === 0) return null;
  return html`
    <button class="held" type="button" onClick=${() => store.release()}>
      <${Icon} name="up" small />${moves === 1 ? "1 update" : `${moves} updates`}
    </button>
  `;
}

function Contents() {
  const { store, list } = useDesk();
  if (!store.is_loaded.value) return html`<${Skeleton} />`;
  if (store.ids.value.length > 0) return html`<${SessionList} />`;
  if (list.is_fetching.value) return html`<${Skeleton} />`;
  return html`<${NothingHere} />`;
}

function NothingHere() {
  const desk = useDesk();
  const { list, store } = desk;
  if (list.failure.value) {
    return html`<${Empty} icon="alert" title="This list could not be fetched" action="Try again" run=${() => list.again()}>
      ${list.failure.value.message}
    <//>`;
  }
  if (list.query.value.trim()) {
    return html`<${Empty} icon="search" title="Nothing found" action="Clear the search" run=${() => list.filter("")}>
      No conversation here has “${list.query.value.trim()}” in its name, number or last message.
    <//>`;
  }
  const unassigned = store.counts.value.unassigned.total;
  if (list.view.value === "mine" && unassigned > 0) {
    return html`<${Empty} icon="check-circle" title="Nothing is waiting for you" action="Show unassigned" run=${() => desk.go("unassigned")}>
      ${unassigned === 1 ? "One conversation has" : `${unassigned} conversations have`} nobody yet.
    <//>`;
  }
  return html`<${Empty} icon="inbox" title=${TITLES[list.view.value]}>${TEXTS[list.view.value]}<//>`;
}

const TITLES = {
  open: "No open conversations",
  unassigned: "Everybody is looked after",
  mine: "Nothing is waiting for you",
  resolved: "Nothing resolved yet",
};
const TEXTS = {
  open: "When a customer writes, the conversation appears here by itself.",
  unassigned: "Conversations that nobody has taken appear here.",
  mine: "Conversations that are assigned to you appear here.",
  resolved: "Conversations that were resolved are kept here.",
};

function Skeleton() {
  return html`
    <div class="skeleton" aria-busy="true" aria-label="Loading">
      ${[0, 1, 2, 3, 4, 5].map((n) => html`<div class="skeleton__row" key=${n}><i></i><b></b><s></s></div>`)}
    </div>
  `;
}
