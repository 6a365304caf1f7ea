//! Orders as pages, logs and tills tell of them: once, often, in parts, and back.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]
#![expect(dead_code, reason = "the shared shop offers more than each test uses")]

mod common;

use common::{NOW, catalogue, event};
use endcap::{Engine, Event, RecommendKind, RecommendQuery, Text, Timestamp};

const DAY: u64 = 86_400_000;

fn engine() -> Engine {
    Engine::with_catalogue(catalogue(), 1)
}

fn order(name: &str, items: &[&str], number: &str) -> Event {
    let mut event = event(name, items);
    event.params.transaction_id = Text(number.into());
    event
}

fn on(day: u64) -> Timestamp {
    Timestamp(NOW.0 + day * DAY)
}

fn is_due(engine: &mut Engine, id: &str, now: Timestamp) -> bool {
    let query = RecommendQuery {
        kind: RecommendKind::Repurchase,
        ..RecommendQuery::default()
    };
    engine.recommend(&query, now).iter().any(|hit| hit.id == id)
}

#[test]
fn a_reloaded_thank_you_page_is_one_purchase() {
    let mut once = engine();
    let mut often = engine();
    once.observe(&order("purchase", &["b1"], "T-1"), on(0))
        .unwrap();
    for day in [0, 1, 2, 20] {
        often
            .observe(&order("purchase", &["b1"], "T-1"), on(day))
            .unwrap();
    }
    assert_eq!(often.profile(), once.profile());
    for (day, number) in [(30, "T-2"), (60, "T-3")] {
        often
            .observe(&order("purchase", &["b1"], number), on(day))
            .unwrap();
    }
    assert!(
        is_due(&mut often, "b1", on(92)),
        "three orders, a month apart"
    );
}

#[test]
fn a_return_of_a_whole_order_names_no_item() {
    let mut by_order = engine();
    let mut by_item = engine();
    for engine in [&mut by_order, &mut by_item] {
        engine
            .observe(&order("purchase", &["b1"], "T-1"), on(0))
            .unwrap();
        engine
            .observe(&order("purchase", &["b2"], "T-2"), on(0))
            .unwrap();
    }
    by_order
        .observe(&order("refund", &[], "T-1"), on(5))
        .unwrap();
    by_item
        .observe(&order("refund", &["b1"], "T-1"), on(5))
        .unwrap();
    by_item
        .observe(&order("refund", &[], "T-1"), on(6))
        .unwrap();
    assert_eq!(by_order.profile(), by_item.profile());
    let nothing = event("refund", &[]);
    assert_eq!(
        by_order.observe(&nothing, on(7)).unwrap_err().code(),
        "event/no-item"
    );
}

#[test]
fn blanks_in_an_identifier_do_not_count() {
    let read = |id: &str| -> Event {
        let json =
            serde_json::json!({ "name": "view_item", "params": { "items": [{ "item_id": id }] } });
        serde_json::from_value(json).unwrap()
    };
    let mut plain = engine();
    let mut blank = engine();
    plain.observe(&read("b1"), NOW).unwrap();
    assert_eq!(blank.observe(&read("  b1 "), NOW).unwrap().items_known, 1);
    assert_eq!(blank.profile(), plain.profile());
    assert_eq!(read("a  b").params.items[0].item_id.as_str(), "a b");
    assert_eq!(
        plain.observe(&read("  "), NOW).unwrap_err().code(),
        "event/no-item"
    );
}
