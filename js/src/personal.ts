/** Texts that may name a person, told by their form: the same as `src/personal.rs`, which knows lists of names besides. */

const DIGITS = 6;
const HOSTS = /(?:^| )\S*(?:gmail\.com|googlemail\.com|gmx\.de|gmx\.net|web\.de|t-online\.de|freenet\.de|outlook\.com|hotmail\.com|yahoo\.com|yahoo\.de|icloud\.com)(?: |$)/;
const MAIL = /[\p{L}\p{N}]@(?:[\p{L}\p{N}]\S*)?\.[a-z]{2,}(?: |$)/u;
const NAMED = /[\p{L}\p{N}]@[\p{L}\p{N}]/u;
const HOUSE = String.raw`\d{1,4}[a-z]?`;
const GERMAN = new RegExp(String.raw`(?:^| )((?:\p{L}|-){3,}(?:strasse|str|gasse|allee|chaussee|weg|platz)|strasse|str|allee|gasse) ${HOUSE}(?: |$)`, "gu");
const NO_STREETS = /^(?:steck|stell|arbeits|sitz)platz$/;
const FRENCH = new RegExp(String.raw`(?:^| )${HOUSE} (?:rue|avenue|boulevard) \S`);
const ENGLISH = new RegExp(String.raw`(?:^| )${HOUSE}(?: \S+){1,3} (?:street|road|rd|avenue|ave|boulevard|terrace|crescent)$`);

/** An e-mail address however it is spelt, a street with a house number, or six digits however they are punctuated; which may be an article number. */
export function trace(text: string): "mail" | "street" | "number" | undefined {
  // NFKC makes one form of full-width letters, signs and digits.
  const folded = text.toLowerCase().normalize("NFKC").replace(/[\u200b-\u200d]/g, "").replace(/[‐-―−]/g, "-").replace(/。/g, ".").replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replaceAll("ä", "ae").replaceAll("ö", "oe").replaceAll("ü", "ue").replaceAll("ß", "ss").replace(/\s+/g, " ").trim();
  return hasMail(folded) ? "mail" : hasStreet(folded) ? "street" : hasNumber(folded) ? "number" : undefined;
}

function hasMail(text: string): boolean {
  const joined = text.replace(/ ?[([{<](?:at|@)[)\]}>] ?| (?:at|@|aet|klammeraffe) /g, "@").replace(/ ?[([{](?:dot|punkt|point)[)\]}] ?| (?:dot|punkt|point|\.) /g, ".").replace(/ ?@ ?(?=\S+\.)/g, "@");
  return MAIL.test(joined) || NAMED.test(text) || HOSTS.test(text);
}

function hasStreet(text: string): boolean {
  const words = text.split(" ").map((word) => word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "")).join(" ");
  return [...words.matchAll(GERMAN)].some(([, street = ""]) => !NO_STREETS.test(street)) || FRENCH.test(words) || ENGLISH.test(words);
}

function hasNumber(text: string): boolean {
  let digits = 0;
  for (const char of text) {
    if (/\d/.test(char)) digits++;
    else if (!" -./()+_".includes(char)) digits = 0;
    if (digits >= DIGITS) return true;
  }
  return false;
}
