// What the shop itself remembers: settings, cart, orders, customer, wish list, recently viewed.
//
// Settings, cart and orders are needed for the shop to work and live in localStorage. What a
// shopper looked at or liked is personal, so it is written only where the shopper chose
// "Personalise on this device" or more; below that it lasts as long as the page.

const PREFIX = "kopfregal.";
const listeners = new Set();
const memory = new Map();

/** Calls `listener(name)` after every change; returns the function that stops it. */
export function onStore(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const settings = {
  language: () => read("language", null),
  setLanguage: (value) => write("language", value),
  theme: () => read("theme", null),
  setTheme: (value) => write("theme", value),
  panelOpen: () => read("panel", false),
  setPanelOpen: (value) => write("panel", value),
  /** The consent tier that the shopper chose, or `null` before the choice. */
  consent: () => read("consent", null),
  setConsent(value) {
    write("consent", value);
    if (!mayStorePersonal()) for (const name of ["recent", "wishes"]) remove(name);
  },
  customer: () => read("customer", null),
  setCustomer: (value) => (value === null ? remove("customer") : write("customer", value)),
};

export const cart = {
  /** `[{ card, quantity }]`, oldest first. */
  lines: () => read("cart", []),
  count: () => cart.lines().reduce((sum, line) => sum + line.quantity, 0),
  add(card, quantity) {
    const lines = cart.lines();
    const line = lines.find((one) => one.card.id === card.id);
    if (line) line.quantity = clampQuantity(line.quantity + quantity);
    else lines.push({ card: slim(card), quantity: clampQuantity(quantity) });
    write("cart", lines);
  },
  setQuantity(id, quantity) {
    write("cart", cart.lines().map((line) => (line.card.id === id ? { ...line, quantity: clampQuantity(quantity) } : line)));
  },
  remove(id) {
    write("cart", cart.lines().filter((line) => line.card.id !== id));
  },
  clear: () => write("cart", []),
};

export const orders = {
  /** `[{ number, time, lines, total, returned: [id] }]`, newest first. */
  all: () => read("orders", []),
  place(lines, total) {
    const all = orders.all();
    const order = { number: `A-${100_001 + all.length}`, time: Date.now(), lines, total, returned: [] };
    write("orders", [order, ...all].slice(0, 50));
    return order;
  },
  markReturned(number, id) {
    write("orders", orders.all().map((order) => (order.number === number ? { ...order, returned: [...order.returned, id] } : order)));
  },
};

export const recent = {
  all: () => readPersonal("recent"),
  add(card) {
    const others = recent.all().filter((one) => one.id !== card.id);
    writePersonal("recent", [slim(card), ...others].slice(0, 12));
  },
};

export const wishes = {
  has: (id) => readPersonal("wishes").includes(id),
  add: (id) => writePersonal("wishes", [...new Set([...readPersonal("wishes"), id])].slice(-200)),
  remove: (id) => writePersonal("wishes", readPersonal("wishes").filter((one) => one !== id)),
};

/** Forgets what is personal; settings, cart and orders stay. */
export function forgetPersonal() {
  for (const name of ["recent", "wishes"]) remove(name);
}

// Another tab changed something: our copies must follow.
globalThis.addEventListener?.("storage", (event) => {
  if (event.key?.startsWith(PREFIX)) emit(event.key.slice(PREFIX.length));
});

const mayStorePersonal = () => ["persistent", "sync", "contribute"].includes(settings.consent());
const clampQuantity = (quantity) => Math.min(9_999, Math.max(1, Math.trunc(quantity) || 1));

/** A card without what only the moment of its list knew. */
function slim(card) {
  const { id, title, brand, mpn, gtin, category, price, sale_price, price_tiers, availability, delivery_days, image, rating, reviews } = card;
  return { id, title, brand, mpn, gtin, category, price, sale_price, price_tiers, availability, delivery_days, image, rating, reviews };
}

function readPersonal(name) {
  return mayStorePersonal() ? read(name, []) : (memory.get(name) ?? []);
}

function writePersonal(name, value) {
  if (mayStorePersonal()) return write(name, value);
  memory.set(name, value);
  emit(name);
}

function read(name, otherwise) {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? otherwise : JSON.parse(text);
  } catch {
    // Storage is blocked or holds what we did not write: the shop goes on as at a first visit.
    return memory.has(name) ? memory.get(name) : otherwise;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    memory.set(name, value);
  }
  emit(name);
}

function remove(name) {
  memory.delete(name);
  try {
    localStorage.removeItem(PREFIX + name);
  } catch {
    // Nothing was stored where nothing can be stored.
  }
  emit(name);
}

function emit(name) {
  for (const listener of listeners) listener(name);
}
