// The list itself: thousands of conversations, a screenful of rows. Moves are held while one points at it.
import { rowsInView, scrollToRow } from "../lib/virtual.js";
import { html, useDesk, useEffect, useLayoutEffect, useRef, useState } from "./html.js";
import { SessionRow } from "./session-row.js";

const ROW_PX = 68;
const NEAR_END_PX = 400;

export function SessionList() {
  const { store, list } = useDesk();
  const box = useRef(null);
  const [seen, setSeen] = useState({ scroll_px: 0, view_px: 800 });
  const ids = store.ids.value;
  const place = list.place.value;
  const { first, end, offset_px, total_px } = rowsInView({ count: ids.length, row_px: ROW_PX, ...seen });

  useMeasure(box, setSeen);
  useHold(store);
  useLayoutEffect(() => {
    const { scrollTop: scroll_px, clientHeight: view_px } = box.current;
    const target = place >= 0 ? scrollToRow({ index: place, row_px: ROW_PX, scroll_px, view_px }) : null;
    if (target !== null) box.current.scrollTop = target;
  }, [list.cursor.value]);
  useLayoutEffect(() => void (box.current.scrollTop = 0), [list.view.value, list.query.value]);

  const onScroll = () => {
    const { scrollTop, scrollHeight, clientHeight } = box.current;
    setSeen({ scroll_px: scrollTop, view_px: clientHeight });
    if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) list.fetchMore();
  };

  return html`
    <div
      class="session-list"
      ref=${box}
      role="listbox"
      tabindex="0"
      aria-label="Conversations"
      aria-activedescendant=${place >= first && place < end ? rowId(ids[place]) : null}
      onScroll=${onScroll}
      onPointerEnter=${(event) => event.pointerType === "mouse" && store.hold(true)}
      onPointerLeave=${() => store.hold(box.current.contains(document.activeElement))}
      onFocusIn=${() => store.hold(true)}
      onFocusOut=${() => store.hold(box.current.matches(":hover"))}
      onKeyDown=${(event) => jump(event, list, ids.length)}
    >
      <div class="session-list__all" style=${{ "--all": `${total_px}px`, "--offset": `${offset_px}px` }} role="presentation">
        <div class="session-list__rows" role="presentation">
          ${ids.slice(first, end).map(
            (id, index) => html`<${SessionRow} key=${id} id=${id} place=${first + index} count=${ids.length} />`,
          )}
        </div>
      </div>
      ${list.is_fetching.value && html`<p class="session-list__more">Fetching more…</p>`}
    </div>
  `;
}

/** The name of a row's element, which the list points at. */
export function rowId(id) {
  return `session-${id}`;
}

/** Home, End and the page keys, which only the list itself takes. */
function jump(event, list, count) {
  const steps = { Home: -count, End: count, PageUp: -8, PageDown: 8 };
  if (event.key in steps && list.move(steps[event.key])) event.preventDefault();
}

function useMeasure(box, setSeen) {
  useLayoutEffect(() => {
    const measure = () => setSeen({ scroll_px: box.current.scrollTop, view_px: box.current.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(box.current);
    measure();
    return () => observer.disconnect();
  }, []);
}

/** A list that is gone holds nothing. */
function useHold(store) {
  useEffect(() => () => store.hold(false), []);
}
