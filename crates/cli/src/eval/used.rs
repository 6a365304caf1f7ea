//! Reports on standard error, also with `--json`, which part of its input a measurement used.

use endcap_trainer::next::{AttributeTable, UNKNOWN, Visit, VisitTable};

use crate::pack::show::{count, many};

/// Attributes that are named one by one.
const NAMED: usize = 8;

/// What was learned from.
pub(super) fn training(option: &str, table: &VisitTable) {
    let items = table.visits.iter().map(|visit| visit.items.len() as u64);
    eprintln!(
        "{option}: {}, {} opened{}",
        many(table.visits.len() as u64, "visit"),
        many(items.sum(), "item"),
        nobody(table),
    );
}

/// What is predicted.
pub(super) fn test(option: &str, table: &VisitTable) {
    eprintln!(
        "{option}: {}{}",
        Predictions::of(&table.visits).line(),
        nobody(table)
    );
    Predictions::of(&table.visits).warn(option);
}

/// What is predicted of orders.
pub(super) fn orders(orders: u64, visits: &[Visit], why_none: &str) {
    let predictions = Predictions::of(visits).predictions;
    eprintln!(
        "{} to predict, {} hidden",
        many(orders, "order"),
        many(predictions, "item")
    );
    if predictions == 0 {
        eprintln!("warning: nothing can be predicted: {why_none}");
    }
}

/// Which attributes are used, and which are not.
pub(super) fn attributes(table: &AttributeTable) {
    if table.names.is_empty() {
        eprintln!(
            "warning: --attributes says nothing about the items of --train: the two may name items differently"
        );
    } else {
        eprintln!("attributes used: {}", table.names.join(", "));
    }
    let mut rest = table.left_out.as_slice();
    while let [(_, reason), ..] = rest {
        let end = rest.iter().position(|(_, other)| other != reason);
        let (same, others) = rest.split_at(end.unwrap_or(rest.len()));
        let names: Vec<&str> = same.iter().map(|(name, _)| name.as_str()).collect();
        let named = names.get(..NAMED).unwrap_or(&names).join(", ");
        let more = match names.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {} more", count(more as u64)),
        };
        eprintln!("attributes left out: {named}{more}: {}", reason.reason());
        rest = others;
    }
}

fn nobody(table: &VisitTable) -> String {
    match table.nobody {
        0 => String::new(),
        events => format!(
            "; {} without shopper or visit left out",
            many(events, "event")
        ),
    }
}

/// How much there is to predict.
#[derive(Clone, Copy, Default)]
struct Predictions {
    visits: u64,
    void: u64,
    predictions: u64,
    unknown: u64,
}

impl Predictions {
    fn of(visits: &[Visit]) -> Self {
        let mut all = Self::default();
        for visit in visits {
            let targets = visit.items.get(visit.from..).unwrap_or_default();
            all.visits += 1;
            all.void += u64::from(targets.is_empty());
            all.predictions += targets.len() as u64;
            all.unknown += targets.iter().filter(|&&item| item == UNKNOWN).count() as u64;
        }
        all
    }

    fn line(self) -> String {
        let mut line = format!(
            "{}, {}",
            many(self.visits, "visit"),
            many(self.predictions, "prediction")
        );
        if self.void > 0 {
            line += &format!("; {} of a single item left out", many(self.void, "visit"));
        }
        if self.unknown > 0 {
            let share = 100.0 * self.unknown as f64 / self.predictions as f64;
            line += &format!(
                "; {} of unknown items ({share:.1} %) count as missed",
                many(self.unknown, "prediction")
            );
        }
        line
    }

    fn warn(self, option: &str) {
        if self.predictions == 0 {
            eprintln!("warning: nothing can be predicted: no visit of {option} has two items");
        } else if self.unknown == self.predictions {
            eprintln!(
                "warning: nothing can match: --train has none of the items of {option}: the two may name items differently"
            );
        } else if self.unknown * 2 > self.predictions {
            eprintln!(
                "warning: --train lacks most of the items of {option}: the two may name items differently"
            );
        }
    }
}
