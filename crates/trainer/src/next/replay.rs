//! The engine before a replayed log: the code that runs in a shopper's browser, on the bytes that it would load.

use endcap::recommend::{NextBuildError, NextModel, NextSource, Past, SECTIONS_OF_NEXT, Workspace};

use super::measure::{LIST_LENGTH, Recommender};
use super::visits::UNKNOWN;

/// Bytes per item of the pack's table of keys.
const KEY_BYTES: usize = 4;

/// A model as the engine holds it.
pub struct Replayed {
    sections: [Vec<u8>; SECTIONS_OF_NEXT],
    model: NextModel,
    work: Workspace,
    /// Per item of the log its number in the pack, and the other way round.
    to_pack: Vec<u32>,
    from_pack: Vec<u32>,
}

impl Replayed {
    /// Writes the model and opens it again; `to_pack` has the number in the pack of each item of the log.
    ///
    /// # Errors
    ///
    /// [`NextBuildError`] if the model does not fit the format.
    pub fn new(source: &NextSource, to_pack: Vec<u32>) -> Result<Self, NextBuildError> {
        let items = source.lists.len();
        let sections = source.sections()?;
        let model =
            NextModel::open(items, sections.each_ref().map(Vec::as_slice)).map_err(|_| {
                NextBuildError::Shape {
                    what: "sections",
                    got: 0,
                    expected: items,
                }
            })?;
        let mut from_pack = vec![UNKNOWN; items];
        for (item, &number) in (0u32..).zip(&to_pack) {
            if let Some(place) = from_pack
                .get_mut(number as usize)
                .filter(|place| **place == UNKNOWN)
            {
                *place = item;
            }
        }
        Ok(Self {
            sections,
            model,
            work: Workspace::default(),
            to_pack,
            from_pack,
        })
    }

    /// Bytes of all sections.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.sections.iter().map(Vec::len).sum()
    }

    /// The sections, one after the other.
    #[must_use]
    pub fn sections(&self) -> &[Vec<u8>; SECTIONS_OF_NEXT] {
        &self.sections
    }
}

impl Recommender for Replayed {
    fn name(&self) -> &str {
        "endcap"
    }

    fn bytes_per_item(&self) -> f64 {
        self.bytes() as f64 / self.from_pack.len().max(1) as f64 + KEY_BYTES as f64
    }

    fn recommend(&mut self, visit: &[u32], past: &[Past]) -> Vec<u32> {
        let next = self.model.with(self.sections.each_ref().map(Vec::as_slice));
        let known = visit
            .iter()
            .filter_map(|&item| self.to_pack.get(item as usize).copied());
        let past: Vec<Past> = past
            .iter()
            .filter_map(|past| {
                let item = self.to_pack.get(past.item as usize).copied()?;
                Some(Past { item, ..*past })
            })
            .collect();
        let mut list = next.predict(known, &past, LIST_LENGTH, |_| true, &mut self.work);
        let id = |number: u32| {
            self.from_pack
                .get(number as usize)
                .copied()
                .unwrap_or(UNKNOWN)
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
