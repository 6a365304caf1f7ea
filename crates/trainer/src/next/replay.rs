//! The engine before a replayed log: the code that runs in a shopper's browser, on the bytes that it would load.

use endcap::key::Key;
use endcap::knowledge::{
    Knowledge, KnowledgeBuildError, KnowledgeMeta, KnowledgeSource, ValueOrder,
};
use endcap::pack::{Pack, PackError};
use endcap::recommend::{NextSource, Past, Workspace};

use super::measure::Recommender;
use super::visits::UNKNOWN;

/// A knowledge pack with a model of what is opened next, `source`, whose items are numbered as `ids` are, and the order of facet values.
///
/// # Errors
///
/// [`KnowledgeBuildError`] if the model does not fit the format.
pub fn knowledge_pack(
    name: &str,
    ids: &[String],
    source: NextSource,
    value_orders: Vec<ValueOrder>,
) -> Result<Vec<u8>, KnowledgeBuildError> {
    KnowledgeSource {
        meta: KnowledgeMeta {
            name: name.to_owned(),
            ..KnowledgeMeta::default()
        },
        items: ids.to_vec(),
        next: Some(source),
        value_orders,
        ..KnowledgeSource::default()
    }
    .build()
}

/// An opened pack before a log.
pub struct Replayed {
    knowledge: Knowledge,
    bytes: usize,
    work: Workspace,
    /// Per item of the log its number in the pack, and the other way round.
    to_pack: Vec<u32>,
    from_pack: Vec<u32>,
}

impl Replayed {
    /// Opens a knowledge pack of a log whose items are called `ids`.
    ///
    /// # Errors
    ///
    /// [`PackError`] if the bytes are no sound knowledge pack.
    pub fn open(pack: Vec<u8>, ids: &[String]) -> Result<Self, PackError> {
        let bytes = pack.len();
        let knowledge = Knowledge::open(Pack::open(pack)?)?;
        let mut from_pack = vec![UNKNOWN; knowledge.item_count()];
        let mut to_pack = Vec::with_capacity(ids.len());
        for (item, id) in (0u32..).zip(ids) {
            let number = knowledge.item(Key::item(id)).map_or(UNKNOWN, |item| item.0);
            to_pack.push(number);
            if let Some(place) = from_pack
                .get_mut(number as usize)
                .filter(|place| **place == UNKNOWN)
            {
                *place = item;
            }
        }
        Ok(Self {
            knowledge,
            bytes,
            work: Workspace::default(),
            to_pack,
            from_pack,
        })
    }
}

impl Recommender for Replayed {
    fn name(&self) -> &str {
        "endcap"
    }

    fn bytes_per_item(&self) -> f64 {
        self.bytes as f64 / self.from_pack.len().max(1) as f64
    }

    fn recommend(&mut self, visit: &[u32], past: &[Past], limit: usize) -> Vec<u32> {
        self.predicted(visit, past, limit, UNKNOWN)
    }

    fn recommend_others(&mut self, visit: &[u32], past: &[Past], limit: usize) -> Vec<u32> {
        let latest = visit.last().copied().unwrap_or(UNKNOWN);
        self.predicted(visit, past, limit, latest)
    }
}

impl Replayed {
    /// The items of the log that come after `visit`; `without` may not.
    fn predicted(&mut self, visit: &[u32], past: &[Past], limit: usize, without: u32) -> Vec<u32> {
        let Some(next) = self.knowledge.next_model() else {
            return Vec::new();
        };
        let number = |item: u32| self.to_pack.get(item as usize).copied();
        let without = number(without);
        let known = visit.iter().filter_map(|&item| number(item));
        let past: Vec<Past> = past
            .iter()
            .filter_map(|past| {
                let item = number(past.item)?;
                Some(Past { item, ..*past })
            })
            .collect();
        let allowed = |item: u32| Some(item) != without;
        // Nothing but a past is given where the question is what is bought again.
        let again = match visit {
            [] => next.again(&past, limit, allowed, &mut self.work),
            _ => None,
        };
        let mut list = match again {
            Some(list) => list,
            None => next.predict(known, &past, limit, allowed, &mut self.work),
        };
        let id = |number: u32| {
            let id = self.from_pack.get(number as usize);
            id.copied().unwrap_or(UNKNOWN)
        };
        // The protocol breaks ties by the identifier, the pack by its own numbers.
        list.sort_by(|a, b| {
            b.score
                .total_cmp(&a.score)
                .then(id(a.item).cmp(&id(b.item)))
        });
        list.into_iter()
            .map(|scored| id(scored.item))
            .filter(|&item| item != UNKNOWN)
            .collect()
    }
}
