// Search results: from the engine, or from the shop's own plain search.

import { fromHit } from "../card.js";
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { Listing } from "../listing.js";
import * as person from "../person.js";
import { hasRanges } from "../ranges.js";
import { listingState } from "../router.js";
import * as shop from "../shop.js";
import { relaxedHint } from "../understood.js";
import { nothingFound } from "./nothing.js";

const WINDOW = 96;
// How long a reload with a range in its address waits before the shop answers without it.
const ENGINE_MS = 5_000;

export async function search({ params }, app) {
  const state = listingState(params);
  const shown = state.text.length > 60 ? `${state.text.slice(0, 60)}…` : state.text;
  const title = state.text ? t("search.title", { text: shown }) : onlyFilter(state) ?? t("search.everything");
  app.setSearchText(state.text);

  // Until the whole catalogue is on the device, the shop's own search answers.
  let byEngine = false;
  // The list as it was last asked for, and what its text was understood to say.
  let now = state;
  let understood = [];
  const listing = new Listing({
    base: "#/search",
    state,
    setAddress: app.setAddress,
    list: "search_results",
    empty: () => nothingFound(now, understood),
    source: {
      load: async (asked, offset) => {
        now = asked;
        // The shop's own search knows no ranges, so a list with one waits for the engine, and then has what it says.
        if (hasRanges(now)) await person.answering(ENGINE_MS);
        const answer = person.search({ ...now, offset, limit: WINDOW });
        byEngine = answer !== null;
        understood = answer?.understood ?? [];
        // The engine matches words and their beginnings; the shop's own search also looks inside of words.
        if (!answer || (answer.total === 0 && !hasRanges(now))) {
          const plain = await shop.products({ ...now, offset, limit: WINDOW, facets: offset === 0 });
          return plain.total > 0 ? plain : { ...plain, understood };
        }
        return { total: answer.total, cards: answer.hits.map(fromHit), facets: answer.facets, understood, hint: hint(answer) };
      },
      arrange: (cards, now) => again(cards, now),
      facets: (now) => person.facets({ ...now }),
    },
  });
  const settle = await listing.start();
  return {
    title,
    node: h("div.page.search-page", h("h1", title), listing.element),
    shown: settle,
    refresh: () => (!byEngine && person.status() === "ready" ? void listing.reload() : listing.refresh()),
    leave: () => listing.leave(),
  };
}

// Searches once more, because text match and person are weighed together: `rank` alone would put
// a favourite brand above an exact article number.
function again(cards, state) {
  const answer = person.search({ ...state, offset: 0, limit: cards.length });
  if (!answer || answer.total === 0) return person.rank(cards);
  const found = answer.hits.map(fromHit);
  const ids = new Set(cards.map((card) => card.id));
  // A later window starts further down; only the first one can be asked for as a whole.
  return found.some((card) => ids.has(card.id)) ? found : cards;
}

/** Says so when what is shown is not quite what was asked for. */
function hint({ relaxed, understood, hits }) {
  const passedOver = relaxedHint(understood);
  if (passedOver) return passedOver;
  if (relaxed?.length > 0) return t("search.relaxed", { words: relaxed.join(", ") });
  return hits[0]?.tier === "typo" ? t("search.typo") : "";
}

/** A brand's or a category's page is a search without text: its name is the title. */
function onlyFilter({ filters }) {
  const values = Object.values(filters).flat();
  return values.length === 1 ? values[0].split(" > ").at(-1) : undefined;
}
