// Mutation testing of what decides consent: changes one thing in a copy of a source file, and expects a unit test to fail.
// Run by `cargo xtask mutants`. Prints what no test noticed, and fails if that is not accepted here.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const FILES = ["consent", "tiers"];
const TESTS = ["test/consent.test.mjs", "test/units.test.mjs"];

/** Survivors that change nothing that anybody could see, each with the reason. */
const ACCEPTED = {
  "consent.ts: if (api || (waited += TCF_LOOK_MS) > TCF_WITHIN_MS) clearInterval(timer);: > → >=": "a platform is waited for a tenth of a second less",
  'consent.ts: if (command !== "consent" || (what !== "default" && what !== "update") || typeof said !== "object" || said === null) return false;: false → true':
    "the tier is worked out once more, and is what it was",
  "consent.ts: console.error(error);: console.error(error); → ;": "what a host's own code threw is told to the console alone",
};

/** What is looked for, and what takes its place. */
const CHANGES = [
  [/===/g, "!=="],
  [/!==/g, "==="],
  [/>=/g, "<"],
  [/>=/g, ">"],
  [/ > /g, " >= "],
  [/&&/g, "||"],
  [/\|\|/g, "&&"],
  [/\?\?(?!=)/g, "&&"],
  [/\btrue\b/g, "false"],
  [/\bfalse\b/g, "true"],
  [/\bif \(/g, "if (true || "],
  [/\bif \(/g, "if (false && "],
  [/"(?:off|memory|session|persistent|sync|contribute)"/g, (tier) => (tier === '"off"' ? '"contribute"' : '"off"')],
  [/"(?:shop|google|tcf|gpc|default|update|denied|granted|decide)"/g, '"?"'],
  [/^( *)(?:[a-z]\w*(?:\.\w+|\?\.)*\(.*\)|[a-z]\w* = .*);$/gm, "$1;"],
];

/** Mutants of a text: where, what, and the text after. */
function* mutants(source) {
  for (const [pattern, replacement] of CHANGES) {
    for (const match of source.matchAll(pattern)) {
      const line = source.slice(0, match.index).split("\n").length;
      const text = source.split("\n")[line - 1];
      if (/^\s*(?:\*|\/\/|\/\*|import|export (?:type|interface)|type |interface |[\w]+\?: )/.test(text)) continue;
      const changed = match[0].replace(pattern, replacement);
      const mutant = source.slice(0, match.index) + changed + source.slice(match.index + match[0].length);
      yield { line, what: `${match[0].trim()} → ${changed.trim()}`, text: text.trim(), mutant };
    }
  }
}

const js = new URL("..", import.meta.url).pathname;
const folder = mkdtempSync(join(js, "../.mutants-"));
for (const part of ["src", "test", "package.json"]) cpSync(join(js, part), join(folder, part), { recursive: true });
symlinkSync(join(js, "node_modules"), join(folder, "node_modules"));
const passes = () => spawnSync(process.execPath, ["--test", ...TESTS], { cwd: folder, timeout: 20_000 }).status === 0;

try {
  if (!passes()) throw new Error("the tests fail without any change");
  let [killed, survived, unknown] = [0, 0, 0];
  for (const file of FILES) {
    const path = join(folder, "src", `${file}.ts`);
    const source = readFileSync(path, "utf8");
    for (const { line, what, text, mutant } of mutants(source)) {
      writeFileSync(path, mutant);
      if (!passes()) {
        killed += 1;
        continue;
      }
      const reason = ACCEPTED[`${file}.ts: ${text}: ${what}`];
      survived += 1;
      unknown += reason ? 0 : 1;
      console.log(`${reason ? "accepted" : "SURVIVED"} ${file}.ts:${line}: ${text}: ${what}${reason ? `: ${reason}` : ""}`);
    }
    writeFileSync(path, source);
  }
  console.log(`${killed} killed, ${survived} survived, ${unknown} of them unexplained`);
  process.exitCode = unknown ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
