// What every component needs: templates, hooks and the desk.
import { createContext } from "../../vendor/preact.js";
import { useContext } from "../../vendor/preact-hooks.js";

export { useComputed } from "../../vendor/signals.js";
export { html } from "../../vendor/htm-preact.js";
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from "../../vendor/preact-hooks.js";

export const DeskContext = createContext(null);

/** The desk that this screen belongs to. */
export function useDesk() {
  return useContext(DeskContext);
}

/** The address of the product's mark, under the same version as this file. */
export const MARK = new URL("../../icons/mark.svg", import.meta.url).href;
