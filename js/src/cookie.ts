// `endcap/cookie`: keeps the profile in cookies, for shops that want it on their own server with each page's request.
import type { Shelf } from "./shelf.js";

export interface CookieOptions {
  /** Days after the last visit. Default 395, the most that browsers keep one; Safari keeps what a script set for 7. */
  days?: number;
  /** Which pages have it. Default "/". */
  path?: string;
}

/** What browsers keep of one cookie, name and value together (RFC 6265bis, 5.6). */
const MOST = 4096;

/** What a cookie's value may not hold (RFC 6265bis, 5.6), or would be read as something else. */
const UNFIT = /[%;\x00-\x1f\x7f-\uffff]+/g;

/** For `Endcap.open({ storage: cookie() })`. The profile goes to the shop's own server with every request. */
export function cookie(options: CookieOptions = {}): Shelf {
  return { ...cookiesOf("endcap", options), of: (shop) => cookiesOf(shop, options) };
}

function cookiesOf(shop: string, { days = 395, path = "/" }: CookieOptions): Shelf {
  const prefix = `${shop}.`;
  const set = (name: string, value: string, seconds: number) => {
    document.cookie = `${name}=${value}; Max-Age=${seconds}; Path=${path}; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;
  };
  const all = () => new Map(document.cookie.split("; ").flatMap((pair): [string, string][] => {
    const end = pair.indexOf("=");
    // A colon separates the parts of a key, and may not stand in a name.
    return pair.startsWith(prefix) ? [[pair.slice(prefix.length, end).replace(".", ":"), decoded(pair.slice(end + 1))]] : [];
  }));
  const nameOf = (key: string) => prefix + key.replace(":", ".");
  return {
    peek: (key) => all().get(key),
    read: async () => all(),
    async write(key, value) {
      const name = nameOf(key);
      if (value === null) return set(name, "", 0);
      const text = value.replace(UNFIT, encodeURIComponent);
      if (name.length + text.length > MOST) throw new RangeError(`${key} has ${text.length} characters, and a cookie at most ${MOST - name.length}: use the default storage for shoppers this well known`);
      set(name, text, days * 86_400);
      if (all().get(key) !== value) throw new DOMException("the browser keeps no cookies here", "SecurityError");
    },
    async clear() {
      for (const key of all().keys()) set(nameOf(key), "", 0);
    },
    close() {},
  };
}

/** What the shop's own server wrote may be no encoding at all. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
