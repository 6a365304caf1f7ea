// The table that people read. What could not be measured is a dash; a star marks a figure of fewer samples than drawn.

const COLUMNS = [
  ["engine", 18, (row) => `${row.engine} ${row.version}`],
  ["build ms", 9, ({ build_ms }) => whole(build_ms)],
  ["load ms", 8, ({ load_ms }) => short(load_ms)],
  ["gz B/doc", 8, ({ index_gz_per_doc }) => whole(index_gz_per_doc)],
  ["MB", 6, ({ memory_mb }) => short(memory_mb)],
  ["p50 ms", 8, ({ p50_ms }, mark) => short(p50_ms) + mark("latency")],
  ["p95 ms", 8, ({ p95_ms }, mark) => short(p95_ms) + mark("latency")],
  ["p99 ms", 8, ({ p99_ms }, mark) => short(p99_ms) + mark("latency")],
  ["max ms", 8, ({ max_ms }, mark) => short(max_ms) + mark("latency")],
  ["NDCG@10", 8, ({ ndcg10 }, mark) => fixed(ndcg10, 3) + mark("ndcg10")],
  ["unrel.", 7, ({ ndcg10_unrelated }) => fixed(ndcg10_unrelated, 3)],
  ["related", 7, ({ ndcg10_related }) => fixed(ndcg10_related, 3)],
  ["keys", 7, ({ keys_to_target }, mark) => fixed(keys_to_target, 1) + mark("keys_to_target")],
  ["+clicks", 7, ({ keys_to_target_session }, mark) => fixed(keys_to_target_session, 1) + mark("keys_to_target")],
  ["number", 7, ({ sku_top3 }, mark) => percent(sku_top3) + mark("sku_top3")],
  ["1 typo", 7, ({ typo1_kept }, mark) => percent(typo1_kept) + mark("typos")],
  ["2 typos", 7, ({ typo2_kept }, mark) => percent(typo2_kept) + mark("typos")],
];

export function table(results) {
  const line = (cells) => cells.map((cell, n) => (n === 0 ? cell.padEnd(COLUMNS[n][1]) : cell.padStart(COLUMNS[n][1]))).join(" ");
  const rows = results.map(({ row, counts }) => {
    const mark = (name) => (counts[name] && counts[name].n < counts[name].of ? "*" : "");
    return line(COLUMNS.map(([, , cell]) => cell(row, mark)));
  });
  const notes = results.flatMap(({ row, notes }) => notes.map((note) => `${row.engine}: ${note}`));
  return [line(COLUMNS.map(([head]) => head)), ...rows, ...notes].join("\n");
}

const fixed = (value, digits) => (value === null ? "–" : value.toFixed(digits));
const whole = (value) => fixed(value, 0);
const percent = (value) => (value === null ? "–" : `${(value * 100).toFixed(1)} %`);
const short = (value) => (value === null ? "–" : value.toPrecision(3).includes("e") ? value.toFixed(0) : value.toPrecision(3));
