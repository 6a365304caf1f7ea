//! Finding things: searches, category pages, filters.

use super::super::typing::{self, Narrowing};
use super::{DEPTH, PAGE, Visit};
use crate::demo_data::log::Item;

impl Visit<'_, '_> {
    pub(super) fn search(&mut self, shelf: usize, wanted: usize) -> (Vec<usize>, &'static str) {
        loop {
            let query = typing::query(self.shop, wanted, self.shopper.language, self.dice);
            let mut event = self.event("search");
            event.search_term = Some(query.text.clone());
            self.push(event);
            self.wait(1, 3);
            let found = self.results(shelf, wanted, query.narrows);
            let failed = query.misspelt && self.dice.chance(0.5);
            let mut event = self.event("view_search_results");
            event.search_term = Some(query.text);
            event.items = if failed {
                Vec::new()
            } else {
                self.listed(&found)
            };
            self.push(event);
            self.wait(4, 20);
            if !failed {
                return (found, "search");
            }
        }
    }

    pub(super) fn results(&self, shelf: usize, wanted: usize, narrows: Narrowing) -> Vec<usize> {
        let shop = self.shop;
        let fits = |index: &&usize| match narrows {
            Narrowing::Kind => true,
            Narrowing::Brand(brand) => shop.model(**index).brand.name == brand,
            Narrowing::Value(key, value) => shop.value(**index, key) == Some(value),
            Narrowing::Model => shop.articles[**index].model == shop.articles[wanted].model,
        };
        let found = self.shelves.by_fame[shelf].iter().filter(fits);
        found.take(DEPTH).copied().collect()
    }

    pub(super) fn browse(&mut self, shelf: usize) -> (Vec<usize>, &'static str) {
        let path = self.shop.shelves[shelf].kind.path;
        let mut event = self.event("view_category");
        event.facet = Some("category");
        event.value = Some(path.to_owned());
        self.push(event);
        let list: Vec<_> = self.shelves.by_fame[shelf]
            .iter()
            .take(DEPTH)
            .copied()
            .collect();
        self.show(&list, path);
        (list, path)
    }

    pub(super) fn show(&mut self, list: &[usize], from: &'static str) {
        let mut event = self.event("view_item_list");
        event.items = self.listed(list);
        event.item_list_id = Some(from);
        self.push(event);
        self.wait(4, 25);
    }

    /// Long lists make people reach for the filters.
    pub(super) fn narrow(
        &mut self,
        shelf: usize,
        list: Vec<usize>,
        from: &'static str,
    ) -> Vec<usize> {
        if list.len() <= PAGE || !self.dice.chance(0.38) {
            return list;
        }
        let wanted = self.favourite(&list);
        let brand = self.shop.model(wanted).brand.name;
        let loyal = self.shopper.brands.contains(&brand);
        let values: Vec<_> = self.shop.values(wanted).collect();
        let (facet, value, narrows) =
            if values.is_empty() || self.dice.chance(if loyal { 0.6 } else { 0.25 }) {
                ("brand", brand, Narrowing::Brand(brand))
            } else {
                let liked = values
                    .iter()
                    .find(|(_, value)| self.shopper.colours.contains(value));
                let (key, value) = match liked {
                    Some(liked) => *liked,
                    None => *self.dice.pick(&values),
                };
                (key, value, Narrowing::Value(key, value))
            };
        let mut event = self.event("select_filter");
        event.facet = Some(facet);
        event.value = Some(value.replace('·', " "));
        self.push(event);
        self.wait(1, 4);
        let narrowed = self.results(shelf, wanted, narrows);
        let narrowed: Vec<_> = if from == "search" {
            narrowed
                .into_iter()
                .filter(|index| list.contains(index))
                .collect()
        } else {
            narrowed
        };
        self.show(&narrowed, from);
        narrowed
    }

    pub(super) fn listed(&self, list: &[usize]) -> Vec<Item> {
        let page = list.iter().take(PAGE).enumerate();
        page.map(|(place, &index)| self.item(index, 1, Some(place)))
            .collect()
    }
}
