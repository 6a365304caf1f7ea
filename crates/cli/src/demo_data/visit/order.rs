//! Buying: carts, checkouts, the store, and what is sent back.

use super::Visit;
use crate::demo_data::log::Refund;
use crate::demo_data::table::Bulk;

/// Share of bought things that go back.
const RETURNED: f64 = 0.07;

impl Visit<'_, '_> {
    pub(super) fn add(&mut self, index: usize) {
        let quantity = self.quantity(index);
        let item = self.item(index, quantity, None);
        let mut event = self.event("add_to_cart");
        event.items = vec![item.clone()];
        self.push(event);
        self.cart.push(item);
        self.wait(3, 20);
    }

    pub(super) fn quantity(&mut self, index: usize) -> u32 {
        let bulky = !matches!(self.shop.model(index).kind.bulk, Bulk::Single);
        match (bulky, self.shopper.persona.trade) {
            (true, true) => *self.dice.pick(&[1, 2, 2, 5, 10, 20]),
            (true, false) => *self.dice.pick(&[1, 1, 2, 3]),
            (false, _) => *self.dice.pick(&[1, 1, 1, 1, 1, 2]),
        }
    }

    pub(super) fn check_out(&mut self) {
        if !self.cart.is_empty() && self.dice.chance(0.58) {
            self.wait(40, 240);
            self.buy();
        }
    }

    pub(super) fn shop_in_store(&mut self) {
        let things = 1 + self.dice.weighted(&[0.5, 0.3, 0.2]);
        for _ in 0..things {
            let shelf = self.loved_shelf();
            let index = self.favourite(&self.shelves.by_fame[shelf]);
            let quantity = self.quantity(index);
            let item = self.item(index, quantity, None);
            self.cart.push(item);
        }
        self.buy();
    }

    pub(super) fn buy(&mut self) {
        self.memory.orders += 1;
        let transaction = format!("T-{}-{:03}", 1001 + self.shopper.number, self.memory.orders);
        let items = std::mem::take(&mut self.cart);
        let mut event = self.event("purchase");
        event.items.clone_from(&items);
        event.transaction_id = Some(transaction.clone());
        self.push(event);
        let unwanted: Vec<_> = items
            .into_iter()
            .filter(|_| self.dice.chance(RETURNED))
            .collect();
        if !unwanted.is_empty() {
            let due = self.day + u64::from(self.dice.between(3, 20));
            self.memory.returns.entry(due).or_default().push(Refund {
                items: unwanted,
                transaction_id: transaction,
                channel: self.channel,
            });
        }
    }

    pub(super) fn send_back(&mut self, midnight: u64) {
        for refund in self.memory.returns.remove(&self.day).unwrap_or_default() {
            let hour = self.dice.between(9, 17);
            self.open(midnight + u64::from(hour) * 3600, refund.channel);
            let mut event = self.event("refund");
            event.items = refund.items;
            event.transaction_id = Some(refund.transaction_id);
            self.push(event);
        }
    }
}
