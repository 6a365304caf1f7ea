// Floors under the precision of everyday queries. They stand a little below the figures in docs/search.md, so that a change
// which costs more than noise fails; raise them with the figures.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HEAD, half, measure, queries, table } from "./measure.mjs";
import { measureUnderstood, row } from "./understood.mjs";

const FLOORS = {
  de: { "precision@6": 0.92, "precision@1": 0.92 },
  en: { "precision@6": 0.91, "precision@1": 0.91 },
};

for (const [language, floors] of Object.entries(FLOORS)) {
  test(`${language}: everyday queries find the kind that they name`, async () => {
    const measured = await measure(language);
    console.log([HEAD, ...table(measured)].join("\n"));
    for (const [name, figures] of Object.entries(measured.figures)) {
      for (const [figure, floor] of Object.entries(floors)) {
        assert.ok(figures[figure] >= floor, `${language}, ${name}: ${figure} is ${figures[figure].toFixed(3)}, below the floor of ${floor}`);
      }
    }
  });

  test(`${language}: there are 150 queries, and no half is small`, () => {
    const list = queries(language);
    assert.ok(list.length >= 150, `${list.length} queries`);
    const tuning = list.filter((entry) => entry.half === "tuning").length;
    assert.ok(tuning / list.length > 0.4 && tuning / list.length < 0.6, `${tuning} of ${list.length} are for tuning`);
  });
}

// Share of the first page that meets the prices, values and negations of its query.
const UNDERSTOOD = { de: 0.7, en: 0.8 };

for (const [language, floor] of Object.entries(UNDERSTOOD)) {
  test(`${language}: prices, values and negations in a text are met`, async () => {
    const measured = await measureUnderstood(language);
    console.log(row(measured));
    assert.ok(measured.understood >= floor, `${measured.understood.toFixed(3)} is below the floor of ${floor}`);
    assert.ok(measured.understood > measured.words, "no better than mere words");
  });
}

test("the halves are what they were when the lists were written", () => {
  assert.deepEqual(["bohrmaschine", "schraube", "häferl", "faucet", "tap"].map(half), ["tuning", "tuning", "held-back", "tuning", "held-back"]);
});
