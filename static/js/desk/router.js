// The address bar: `#/mine` or `#/mine/<conversation>`, so that back, reload and a shared link mean what they should.
import { VIEWS } from "../store/views.js";

const ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/u;

/** The view and the conversation that an address names. */
export function parseAddress(hash) {
  const [view, id] = hash.replace(/^#\/?/u, "").split("/");
  return { view: VIEWS.some((each) => each.id === view) ? view : "open", id: ID.test(id ?? "") ? id : null };
}

/** Keeps the desk and the address together. */
export function route(desk) {
  let is_following = false;

  function follow() {
    const { view, id } = parseAddress(location.hash);
    is_following = true;
    if (desk.list.view.peek() !== view) desk.go(view);
    desk.open(id);
    is_following = false;
  }

  desk.on_navigated = () => {
    if (is_following) return;
    const id = desk.open_id.peek();
    const address = `#/${desk.list.view.peek()}${id ? `/${id}` : ""}`;
    if (location.hash === address) return;
    const was = parseAddress(location.hash);
    // Closing goes back to where one came from, so that the phone's back button does not open it again.
    if (was.id && !id && history.state?.from_list) history.back();
    else history.pushState({ from_list: !was.id && Boolean(id) }, "", address);
  };

  addEventListener("popstate", follow);
  follow();
}
