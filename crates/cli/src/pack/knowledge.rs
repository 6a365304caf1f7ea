//! `endcap pack knowledge`: event logs and experts' files in, a knowledge pack out.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use endcap_trainer::knowledge::{
    KnowledgeSettings, KnowledgeTraining, MIN_SHOPPERS, propose, train,
};
use endcap_trainer::{Publishing, WrittenPack, write_knowledge};
use serde_json::{Value, json};

use crate::eval::search::named;
use crate::failure::Failure;
use crate::pack::show::{self, Bar};
use crate::pack::sign::SignOptions;
use crate::pack::summary;

/// What `endcap pack knowledge --help` ends with.
const AFTER_HELP: &str = "\
Logs are event logs in any of these shapes, recognised by looking, plain, .gz or .zst:
  GA4 e-commerce as JSON Lines, flat or as BigQuery exports it (also as Parquet); Segment e-commerce as JSON Lines;
  tables with a header (TSV, CSV) or Parquet: session, item, time; kind, shopper, search_term, facet … if there are.
  {\"event_name\": \"view_search_results\", \"event_timestamp\": 1795305600000000, \"user_pseudo_id\": \"7c1f\",
   \"ga_session_id\": 1795305500, \"search_term\": \"dübel 8\", \"items\": [{\"item_id\": \"4711\", \"index\": 0}]}
What is learned:
  search, view_search_results    the queries that are suggested while others type
  … then select_item, view_item, add_to_cart, purchase    which products are chosen after a query
  select_filter after a search or view_category           which facets are used where
  what was chosen from what was seen                      how much text, popularity, person and priors count in the order
  view_item, select_item, add_to_cart                     what is opened next on a visit, and what is looked at instead
  add_to_cart, purchase, refund                           what is bought together, again, or once, and what is sent back
Give the catalogue: only queries that find something are suggested, and only its products are remembered.

Privacy: a query is kept only if at least 3 different shoppers searched for it (--min-shoppers raises that): those that the log names, or
else visits. In what Endcap's server logged they are devices of one period, from as many networks, on two days or more (docs/search.md).
E-mail addresses, streets and names of people are dropped, and so are numbers of six digits or more that are no article numbers. Nobody's
history is kept.

Review: with --review queries.tsv only queries whose verdict there is yes are published. New ones are added without a verdict: write yes or
no and train again. --blocked texts.txt keeps texts out for good.

Synonyms, one rule per line:
  handy => smartphone        who types handy finds smartphones, not the other way round
  akku, batterie, accu       each finds the others
  bade wanne => badewanne    several words; what follows # is a comment

Words that the shop does not use: a search that led to no choice, then one that did, on the same visit of at least 3 shoppers. With --proposals words.tsv
they are listed, with the visits and the log-likelihood ratio that speak for them; write accept or refuse behind them, and give the file as --accept words.tsv, too.
Without --out the list is all that is written.

Every night, with that day's log alone:
  endcap pack knowledge today.jsonl.gz --state shop.counts --catalogue packs --out packs
The pack is the one of all days at once, but for weights, which are learned from the day's own visits (200 choices or more), with
what was counted before as what was known. A visit that goes on in the next log counts as two. No log counts twice: after a
failure run it again, or without the log if it says that it was counted. The state holds what was searched for, however few did, and hashes of
shoppers: keep it like the log. Temporary files go to TMPDIR, as large as the logs unpacked; memory does not grow with them.
Beside --state or --counts recommendations are learned from --visits alone: give the logs of the latest weeks there. They teach what the
latest two million visits, by whole days, did: that is held in memory.

Rules, a table with a header, by tabs; from, until and note may be left out:
  because                 recommend  from        until       note
  product 4711            0815                               fits its thread
  category Bath > Taps    2201       2026-11-01  2026-12-24
  brand Norvik            4712

Examples:
  endcap pack knowledge events.jsonl.gz --catalogue packs --out packs
  endcap pack knowledge 2026-*.jsonl --catalogue packs --synonyms synonyms.txt --out packs
  endcap pack knowledge events.jsonl --catalogue packs --rules rules.tsv --out packs
  endcap pack knowledge --synonyms synonyms.txt --catalogue packs --out packs
  endcap pack knowledge events.jsonl --catalogue packs --proposals words.tsv
  endcap pack knowledge events.jsonl --catalogue packs --accept words.tsv --proposals words.tsv --out packs";

/// Arguments of `endcap pack knowledge`.
#[derive(Debug, Args)]
#[command(after_help = AFTER_HELP)]
pub(crate) struct KnowledgeArgs {
    /// Event logs, the earlier ones first
    #[arg(value_name = "LOG", required_unless_present_any = ["synonyms", "accept", "counts", "state", "rules", "visits"])]
    logs: Vec<PathBuf>,

    /// Files of counts, as `endcap pack count` writes them, to sum up with the logs
    #[arg(long, value_name = "FILE", num_args = 1..)]
    counts: Vec<PathBuf>,

    /// File that keeps the counts from run to run: it is read if it is there, and written with the logs added
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,

    /// Catalogue pack, or folder of packs; repeat for more. Without it item identifiers go into the pack
    #[arg(long = "catalogue", value_name = "PACK|DIR")]
    catalogues: Vec<PathBuf>,

    /// File of texts that mean the same
    #[arg(long, value_name = "FILE")]
    synonyms: Option<PathBuf>,

    /// Table of proposed synonyms: those whose verdict is `accept` become synonyms
    #[arg(long, value_name = "FILE")]
    accept: Option<PathBuf>,

    /// Table to write the synonyms to that reformulated searches speak for; verdicts that stand there stay
    #[arg(long, value_name = "FILE")]
    proposals: Option<PathBuf>,

    /// Table of what experts recommend because of a product, category or brand
    #[arg(long, value_name = "FILE")]
    rules: Option<PathBuf>,

    /// File of texts that are never published, one per line, alone or within a query
    #[arg(long, value_name = "FILE")]
    blocked: Option<PathBuf>,

    /// Table of queries that somebody reads before they are published; it is written if it is not there, and new queries are added
    #[arg(long, value_name = "FILE")]
    review: Option<PathBuf>,

    /// Logs that recommendations alone are learned from, such as those that were counted before
    #[arg(long, value_name = "LOG", num_args = 1..)]
    visits: Vec<PathBuf>,

    /// Folder for <hash>.pack and manifest.json, or the pack's file name when it ends in .pack
    #[arg(
        long,
        value_name = "DIR|FILE.pack",
        required_unless_present = "proposals"
    )]
    pub(crate) out: Option<PathBuf>,

    /// Different shoppers that a query needs to be kept, at least 3
    #[arg(long, value_name = "N", default_value_t = MIN_SHOPPERS)]
    min_shoppers: usize,

    /// The pack's name; default: the first catalogue's
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Mark the pack as learned from generated logs
    #[arg(long)]
    synthetic: bool,

    /// Stop at the first warning or error, and write nothing
    #[arg(long)]
    strict: bool,

    /// Publish it though it suggests less than half of the queries that --out offers
    #[arg(long)]
    confirm_shrink: bool,

    /// Print the summary as one JSON object, for a nightly job
    #[arg(long)]
    json: bool,

    /// Write no compressed twin (.br) beside the pack
    #[arg(long)]
    no_compress: bool,

    #[command(flatten)]
    pub(crate) signing: SignOptions,
}

/// Builds the pack, and prints what became of the input.
pub(crate) fn run(args: &KnowledgeArgs) -> Result<(), Failure> {
    if args.min_shoppers < MIN_SHOPPERS {
        return Err(Failure::usage(
            "knowledge/shoppers",
            format!(
                "--min-shoppers {} would keep what single shoppers searched for",
                args.min_shoppers
            ),
        )
        .help(format!("give {MIN_SHOPPERS} or more")));
    }
    let begin = Instant::now();
    let mut bar = Bar::new();
    let Some(out) = &args.out else {
        return list(args, &mut bar);
    };
    let result = build(args, out, &mut bar);
    bar.finish();
    let (training, hash, written) = result?;
    let time = begin.elapsed();
    if args.json {
        show::print(&format!("{}\n", object(&training, &hash, &written, time)))
    } else {
        let report = summary::report_of(&training.report);
        show::print(&(report + &text(&training, &hash, &written, time)))
    }
}

/// Writes the proposals alone.
fn list(args: &KnowledgeArgs, bar: &mut Bar) -> Result<(), Failure> {
    let listed = propose(&settings(args), &mut |progress| bar.update(progress));
    bar.finish();
    let (waiting, from, report) = listed?;
    let file = args.proposals.as_deref().unwrap_or("".as_ref());
    if args.json {
        let object = json!({
            "proposals": file,
            "waiting": waiting,
            "lines": from.lines,
            "visits": from.visits,
            "issues": summary::issues_of(&report),
        });
        return show::print(&format!("{object}\n"));
    }
    let told = format!(
        "Wrote {}\n  waiting     {} for a verdict, from {}\n",
        show::printable(&file.display().to_string()),
        show::many(waiting, "synonym"),
        show::many(from.visits, "visit"),
    );
    show::print(&(summary::report_of(&report) + &told))
}

fn settings(args: &KnowledgeArgs) -> KnowledgeSettings {
    let mut counts = args.counts.clone();
    counts.extend(args.state.clone().filter(|state| state.exists()));
    KnowledgeSettings {
        logs: args.logs.clone(),
        counts,
        state: args.state.clone().filter(|_| !args.logs.is_empty()),
        catalogues: args.catalogues.clone(),
        synonyms: args.synonyms.clone(),
        accept: args.accept.clone(),
        proposals: args.proposals.clone(),
        rules: args.rules.clone(),
        blocked: args.blocked.clone(),
        review: args.review.clone(),
        visits: args.visits.clone(),
        name: args.name.clone(),
        synthetic: args.synthetic,
        strict: args.strict,
        shoppers: args.min_shoppers,
    }
}

fn build(
    args: &KnowledgeArgs,
    out: &Path,
    bar: &mut Bar,
) -> Result<(KnowledgeTraining, String, WrittenPack), Failure> {
    let mut training = train(&settings(args), &mut |progress| bar.update(progress))?;
    let pack = training.take_pack()?;
    let how = Publishing {
        compress: !args.no_compress,
        confirm_shrink: args.confirm_shrink,
    };
    let written = write_knowledge(&pack, out, how, &mut |progress| bar.update(progress))?;
    Ok((training, pack.hash.to_string(), written))
}

fn text(training: &KnowledgeTraining, hash: &str, written: &WrittenPack, time: Duration) -> String {
    let summary = &training.summary;
    let mut lines = vec![show::printable(&format!(
        "Built {}",
        written.pack.display()
    ))];
    let mut line = |name: &str, text: String| {
        lines.push(show::printable(&format!("  {name:<11} {text}")));
    };
    line(
        "logs",
        format!(
            "{} of {}",
            show::many(summary.counted.visits, "visit"),
            show::lines(&summary.log)
        ),
    );
    if summary.counted.lines > summary.log.lines {
        let earlier = summary.counted.lines - summary.log.lines;
        line(
            "",
            format!(
                "and of {} that were counted before",
                show::many(earlier, "line")
            ),
        );
    }
    if summary.counted.nobody > 0 {
        let events = show::many(summary.counted.nobody, "event");
        line(
            "",
            format!("{events} without shopper, session and order, left out"),
        );
    }
    line(
        "queries",
        format!(
            "{}: {} suggested, {} found by no catalogue as written, {} of too few shoppers, {} perhaps about a person",
            show::count(summary.queries),
            show::count(summary.suggested),
            show::count(summary.not_found),
            show::count(summary.rare),
            show::count(summary.private)
        ),
    );
    if summary.blocked + summary.waiting > 0 {
        let (blocked, waiting) = (show::count(summary.blocked), show::count(summary.waiting));
        line(
            "",
            format!("{blocked} blocked, {waiting} waiting for a verdict"),
        );
    }
    line("products", show::count(summary.items));
    if summary.opened > 0 {
        let visits = show::many(summary.opened, "visit");
        line("next", format!("what is opened next, from {visits}"));
        if summary.older > 0 {
            let older = show::many(summary.older, "older visit");
            line("", format!("{older} left out: there are enough later ones"));
        }
        let [complements, alternatives] = summary.related.map(show::count);
        line(
            "relations",
            format!(
                "{complements} products that others are bought with, {alternatives} that others are looked at instead of; categories bought from once: {}",
                show::count(summary.once)
            ),
        );
        let [earned, facets] = summary.ordered.map(show::count);
        line(
            "facets",
            format!(
                "the values of {earned} in an order that beat popularity, of {facets} that have enough choices to tell"
            ),
        );
        if let Some(learned) = &summary.blend {
            let choices = show::many(learned.choices as u64, "choice");
            let weight = learned.weight;
            line(
                "affinities",
                format!("weigh {weight:.2} beside what is opened next; from {choices}"),
            );
        }
    }
    if summary.rules > 0 {
        line("rules", show::count(summary.rules));
    }
    if summary.synonyms > 0 {
        let pairs = show::many(summary.synonyms, "pair");
        let accepted = match summary.accepted {
            0 => String::new(),
            accepted => format!(", {} accepted from searches", show::count(accepted)),
        };
        line("synonyms", pairs + &accepted);
    }
    if let Some(waiting) = summary.proposed {
        line(
            "proposed",
            format!("{} that wait for a verdict", show::many(waiting, "synonym")),
        );
    }
    if let Some(learned) = &summary.weights {
        let (choices, weights) = (
            show::many(learned.choices as u64, "choice"),
            named(learned.weights),
        );
        line("weights", format!("{weights}; from {choices}"));
    }
    let brotli = written.brotli.as_ref();
    let brotli = brotli.map(|(_, bytes)| format!(", {} as brotli", show::bytes(*bytes)));
    line(
        "size",
        show::bytes(written.bytes) + &brotli.unwrap_or_default(),
    );
    line("hash", hash.to_owned());
    if let Some(manifest) = &written.manifest {
        line("manifest", manifest.display().to_string());
    }
    line("time", show::time(time));
    lines.join("\n") + "\n"
}

fn object(
    training: &KnowledgeTraining,
    hash: &str,
    written: &WrittenPack,
    time: Duration,
) -> Value {
    let summary = &training.summary;
    json!({
        "pack": written.pack,
        "hash": hash,
        "bytes": written.bytes,
        "brotli": written.brotli.as_ref().map(|(_, bytes)| bytes),
        "manifest": written.manifest,
        "lines": summary.log.lines,
        "broken": summary.log.broken,
        "formats": summary.log.formats_named(),
        "counted_lines": summary.counted.lines,
        "visits": summary.counted.visits,
        "nobody": summary.counted.nobody,
        "queries": summary.queries,
        "suggested": summary.suggested,
        "not_found": summary.not_found,
        "rare": summary.rare,
        "private": summary.private,
        "blocked": summary.blocked,
        "waiting": summary.waiting,
        "products": summary.items,
        "synonyms": summary.synonyms,
        "accepted": summary.accepted,
        "proposed": summary.proposed,
        "opened": summary.opened,
        "complements": summary.related[0],
        "alternatives": summary.related[1],
        "bought_once": summary.once,
        "facets_ordered": summary.ordered[0],
        "facets_judged": summary.ordered[1],
        "affinities_weigh": summary.blend.map(|learned| learned.weight),
        "rules": summary.rules,
        "weights": summary.weights.map(|learned| learned.weights.to_array()),
        "issues": summary::issues_of(&training.report),
        "seconds": time.as_secs_f64(),
    })
}
