// The search box: a WAI-ARIA combobox (editable, list autocomplete, manual selection).
//
// Focus stays in the input; `aria-activedescendant` names the option that the arrow keys reached.

import { announce, h } from "./dom.js";
import { t } from "./i18n.js";
import { icon } from "./icons.js";
import * as person from "./person.js";
import { toSearch } from "./router.js";
import { optionsFor, shopOptions } from "./suggestions.js";

// The shop's own search asks the server; typing should not ask for every letter.
const SERVER_PAUSE = 120;

/** Builds the search form; `navigate(address)` opens a page of the shop. */
export function searchBox(navigate) {
  let options = [];
  let active = -1;
  let typed = "";
  let asked = 0;
  let pause;

  const input = h("input.search-input", {
    type: "text",
    id: "search-input",
    role: "combobox",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: false,
    enterKeyHint: "search",
    placeholder: t("search.placeholder"),
    "aria-label": t("search.label"),
    "aria-expanded": "false",
    "aria-controls": "search-list",
    "aria-autocomplete": "list",
    "aria-haspopup": "listbox",
    oninput: () => { typed = input.value; refresh(); },
    onfocus: () => refresh(),
    onkeydown,
  });
  input.dataset.testid = "search-input";
  const list = h("div.search-list", { id: "search-list", role: "listbox", hidden: true, "aria-label": t("search.completions") });
  list.dataset.testid = "suggestions";
  // Pressing an option must not take the focus from the input, or the list would close before the click.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  const clear = h("button.search-clear", { type: "button", hidden: true, "aria-label": t("search.clear"), onclick: () => { set(""); input.focus(); refresh(); } }, icon("close", 18));

  const form = h("form.search", { role: "search", onsubmit: (event) => { event.preventDefault(); submit(); } },
    icon("search"), input, clear,
    h("button.search-submit", { type: "submit" }, t("search.submit")),
    list,
  );
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) close(); });

  function onkeydown(event) {
    if (event.isComposing) return;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        event.preventDefault();
        if (list.hidden) refresh();
        else move(event.key === "ArrowDown" ? 1 : -1);
        break;
      case "Home":
      case "End":
        if (active >= 0) activate(-1);
        break;
      case "Enter":
        if (active >= 0 && !list.hidden) {
          event.preventDefault();
          choose(options[active]);
        }
        break;
      case "Escape":
        event.preventDefault();
        if (!list.hidden) close();
        else set("");
        break;
      case "Tab":
        close();
    }
  }

  function refresh() {
    clear.hidden = input.value === "";
    const text = typed;
    const mine = ++asked;
    clearTimeout(pause);
    const answer = person.suggest(text, { products: 6, completions: 4, categories: 3, brands: 3 });
    const options = answer && optionsFor(answer, text);
    if (options?.groups.length > 0) return show(options, text);
    if (text.trim() === "") return close();
    // Nothing by whole words or their beginnings: the shop's search also looks inside of words.
    pause = setTimeout(async () => {
      const found = await shopOptions(text).catch(() => null);
      if (mine === asked && found && form.contains(document.activeElement)) show(found, text);
    }, SERVER_PAUSE);
  }

  function show({ groups, nothing }, text) {
    options = groups.flatMap((group) => group.options);
    active = -1;
    input.removeAttribute("aria-activedescendant");
    if (options.length === 0 && !nothing) return close();
    list.replaceChildren(...groups.map(groupElement));
    if (options.length === 0) list.append(h("p.search-nothing", nothing));
    if (text.trim() !== "" && options.length > 0) list.append(everything(text));
    options.forEach((option, at) => {
      option.element.id = `search-option-${at}`;
      option.element.onclick = (event) => {
        // Options are links, so that they can be opened in a new tab; a plain click stays here.
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        choose(option);
      };
      option.element.onpointermove = () => at !== active && activate(at, false);
    });
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    announce(t("search.count", { n: options.length }));
  }

  function everything(text) {
    const element = h("a.search-everything", { role: "option", href: toSearch(text), "aria-selected": "false", tabIndex: -1 }, t("search.all", { text: shorten(text) }), icon("chevron", 16));
    options.push({ element, text, address: toSearch(text), search: text });
    return element;
  }

  function move(step) {
    // One place past either end is the input itself, as the ARIA practices describe.
    const places = options.length + 1;
    activate(((active + 1 + step + places) % places) - 1);
  }

  function activate(at, fromKeys = true) {
    options[active]?.element.setAttribute("aria-selected", "false");
    active = at;
    const option = options[at];
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      if (fromKeys) input.value = typed;
      return;
    }
    option.element.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.element.id);
    if (!fromKeys) return;
    option.element.scrollIntoView({ block: "nearest" });
    input.value = option.completes ?? typed;
  }

  function choose(option) {
    if (option.search !== undefined) return go(option.search);
    close();
    input.blur();
    set(option.keeps ?? "");
    option.chosen?.();
    navigate(option.address);
  }

  function submit() {
    typed = input.value;
    go(typed);
  }

  function go(text) {
    set(text);
    close();
    input.blur();
    const term = text.trim();
    if (term) person.observe("search", { search_term: term.slice(0, 256) }, shorten(term));
    navigate(toSearch(term));
  }

  function set(text) {
    typed = text;
    input.value = text;
    clear.hidden = text === "";
  }

  function close() {
    asked += 1;
    clearTimeout(pause);
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  return { element: form, focus: () => input.focus(), setText: set };
}

function groupElement(group) {
  const id = `search-group-${group.name}`;
  return h(`div.search-group.group-${group.name}`, { role: "group", "aria-labelledby": id },
    h("div.search-group-title", { id }, group.title),
    group.options.map((option) => option.element),
  );
}

const shorten = (text) => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
