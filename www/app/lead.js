// The product that stands first in the list on the page: the panel explains it.

let lead;
const listeners = new Set();

/** The first card, if there is a list. */
export const leadCard = () => lead;

/** Says which card stands first now. */
export function setLead(card) {
  lead = card;
  for (const listener of listeners) listener();
}

/** Calls `listener()` whenever another product leads; returns the function that stops it. */
export function onLead(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
