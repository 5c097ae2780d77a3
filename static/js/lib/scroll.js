// Keeps a growing column where the reader wants it: at its end, or exactly where it was while things change around it.

const AT_END_PX = 100;
const NEAR_PX = 200;

/** Watches over one scrolling box; the children of `column` that stay what they are carry `data-key`. */
export class Scroll {
  is_at_end = true;
  #box;
  #column;
  #on;
  #anchor = null;
  #last_key = null;
  #is_touching = true;
  #observer;

  /** `is_last()` says whether the end of the box is the end of everything; `on_…` hear what they are called. */
  constructor(box, column, { is_last, on_end, on_near_top, on_near_bottom }) {
    this.#box = box;
    this.#column = column;
    this.#on = { is_last, on_end, on_near_top, on_near_bottom };
    this.#observer = new ResizeObserver(() => this.settle());
    this.#observer.observe(box);
    this.#observer.observe(column);
    box.addEventListener("scroll", this.#scrolled, { passive: true });
  }

  /** Puts things right after rows came, went or changed their height. Near the end, only a new last row leads there. */
  settle() {
    if (this.is_at_end && (this.#is_touching || this.#last() !== this.#last_key)) this.#box.scrollTop = this.#box.scrollHeight;
    else this.#restore();
    this.#last_key = this.#last();
  }

  /** Tells when one of the ends is near, so that more can be put there. */
  look() {
    if (this.#box.scrollTop < NEAR_PX) this.#on.on_near_top();
    if (this.#below() < NEAR_PX) this.#on.on_near_bottom();
  }

  /** Goes to the end, and stays there as it grows. */
  toEnd() {
    this.#setAtEnd(true);
    this.#is_touching = true;
    this.settle();
  }

  /** Brings the row with this key into sight. */
  toRow(key) {
    const row = this.#row(key);
    if (!row) return false;
    this.#setAtEnd(false);
    this.#box.scrollTop = row.offsetTop - this.#box.clientHeight / 3;
    return true;
  }

  /** Stops watching. */
  end() {
    this.#observer.disconnect();
    this.#box.removeEventListener("scroll", this.#scrolled);
  }

  #scrolled = () => {
    this.#setAtEnd(this.#on.is_last() && this.#below() < AT_END_PX);
    this.#is_touching = this.#below() < 2;
    this.#remember();
    this.look();
  };

  #last() {
    return this.#column.lastElementChild?.dataset.key;
  }

  #below() {
    const { scrollTop, scrollHeight, clientHeight } = this.#box;
    return scrollHeight - clientHeight - scrollTop;
  }

  #remember() {
    const top = this.#box.scrollTop;
    const row = Array.from(this.#column.children).find((each) => each.dataset.key && each.offsetTop + each.offsetHeight > top);
    this.#anchor = row ? { key: row.dataset.key, offset: row.offsetTop - top } : null;
  }

  #restore() {
    const row = this.#anchor && this.#row(this.#anchor.key);
    if (!row) return;
    const target = row.offsetTop - this.#anchor.offset;
    if (Math.abs(this.#box.scrollTop - target) >= 1) this.#box.scrollTop = target;
  }

  #row(key) {
    return Array.from(this.#column.children).find((each) => each.dataset.key === key);
  }

  #setAtEnd(is_at_end) {
    if (this.is_at_end === is_at_end) return;
    this.is_at_end = is_at_end;
    this.#on.on_end(is_at_end);
  }
}
