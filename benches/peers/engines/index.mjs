// All engines, ours first, each behind the same interface:
//
//   name, version
//   build(products, data) → index                      what a shop does once; timed
//   dump(index) → JSON text, or bytes                   what travels to the page
//   indexBytes(dump) → the parts of it that are index, for gzip; null if the engine has no index
//   load(dump, products, data) → searcher               what a page does; timed up to the first answer
//   searcher.suggest(text, limit) → ids                 while the text is being typed
//   searcher.search(text, limit) → ids                  the text is complete
//   searcher.click?(product), searcher.forget?()        only of an engine that learns
//   searcher.close?()
//   notes?(dump, searcher, products) → lines            below the table
import * as endcap from "./endcap.mjs";
import * as flexsearch from "./flexsearch.mjs";
import * as fuse from "./fuse.mjs";
import * as fuzzysort from "./fuzzysort.mjs";
import * as lunr from "./lunr.mjs";
import * as m31coding from "./m31coding.mjs";
import * as minisearch from "./minisearch.mjs";
import * as orama from "./orama.mjs";
import * as ufuzzy from "./ufuzzy.mjs";

export const ENGINES = [endcap, minisearch, flexsearch, orama, ufuzzy, m31coding, fuzzysort, fuse, lunr];
