//! What a page hands to the engine: events, queries, lists, texts.

use endcap::personal::{has_given_name, trace};
use endcap::{
    Event, Item, RecommendQuery, SearchQuery, SuggestOptions, Text, Timestamp, micros_of_number,
    normalised, number_of,
};

use crate::shop::{self, NOW};

/// Events as JSON, one a line.
pub(crate) fn event(data: &[u8]) {
    let mut engine = shop::engine();
    for (line, now) in lines(data).zip(NOW.0..) {
        if let Ok(event) = serde_json::from_str::<Event>(line) {
            let _ = engine.observe(&event, Timestamp(now));
        }
    }
    let (profile, session) = (engine.profile(), engine.session());
    let mut other = shop::engine();
    assert_eq!(other.join_profile(&profile), Ok(()));
    assert!(
        other.restore_session(&session),
        "a session that is not read again"
    );
    shop::exercise(&mut engine);
}

/// Queries, lists or plain texts, one a line.
pub(crate) fn query(data: &[u8]) {
    let mut engine = shop::engine();
    let _ = engine.observe(&shop::event("view_item", "b1"), NOW);
    for line in lines(data) {
        if let Ok(query) = serde_json::from_str::<SearchQuery>(line) {
            let _ = query.check();
            search(&mut engine, &query);
        }
        if let Ok(query) = serde_json::from_str::<RecommendQuery>(line) {
            let hits = engine.recommend(&query, NOW);
            assert!(hits.len() <= 50 && hits.iter().all(|hit| hit.score.is_finite()));
            let _ = engine.recommendable(&query, NOW);
        }
        if let Ok(items) = serde_json::from_str::<Vec<Item>>(line) {
            let ranked = engine.rank(&items, NOW);
            assert_eq!(ranked.len(), items.len(), "a list lost items");
            for item in &items {
                let _ = engine.explain(item, NOW);
            }
        }
        let _ = engine.suggest(line, &SuggestOptions::default(), NOW);
        let text = Text(line.to_owned());
        search(
            &mut engine,
            &SearchQuery {
                text,
                ..SearchQuery::default()
            },
        );
        let _ = normalised(line);
        let _ = (trace(line), has_given_name(line), number_of(line));
        let _ = micros_of_number(line);
        let mut words = line.splitn(3, ' ');
        if let (Some(facet), Some(value)) = (words.next(), words.next()) {
            engine.mute(facet, value, true, NOW);
            let _ = engine.muted();
        }
    }
}

fn search(engine: &mut endcap::Engine, query: &SearchQuery) {
    let found = engine.search(query, NOW);
    assert!(found.hits.len() <= 200);
    assert!(found.hits.iter().all(|hit| hit.score.is_finite()));
    let _ = engine.facets(query, NOW);
    let _ = engine.features(query, 10, NOW);
}

/// Lines that are text, not so many that an input is slow for its length alone.
fn lines(data: &[u8]) -> impl Iterator<Item = &str> {
    let lines = data.split(|&byte| byte == b'\n').take(16);
    lines.filter_map(|line| std::str::from_utf8(line).ok())
}
