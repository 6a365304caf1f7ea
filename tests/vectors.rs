//! The shared vectors: calls and the answers that every build of the engine gives, bit for bit.
//!
//! `tests/vectors/*.json` is read here, in Node and in browsers. `UPDATE_VECTORS=1 cargo test --test vectors` writes the
//! answers of this build into it; look at the difference before you commit it.

#![expect(clippy::unwrap_used, reason = "a test that cannot set up has failed")]
#![expect(dead_code, reason = "the shared shop offers more than each test uses")]

mod common;

use std::{fs, path::PathBuf};

use endcap::{
    Engine, RecommendQuery, Timestamp,
    catalogue::Catalogue,
    knowledge::Knowledge,
    pack::{Pack, PackKind},
};
use serde::Deserialize;
use serde_json::{Value, json};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn argument<'a, T: Deserialize<'a>>(step: &'a Value, index: usize) -> T {
    T::deserialize(&step["args"][index]).unwrap()
}

/// What the engine answers to one step, as pages see it.
fn answer(engine: &mut Engine, step: &Value) -> Value {
    let now = Timestamp(step["now"].as_u64().unwrap());
    let text = |index: usize| step["args"][index].as_str().unwrap();
    let error = |code: &str, message: String| json!({ "error": code, "message": message });
    match step["call"].as_str().unwrap() {
        "observe" => match engine.observe(&argument(step, 0), now) {
            Ok(learned) => json!(learned),
            Err(wrong) => error(wrong.code(), wrong.to_string()),
        },
        "suggest" => json!(engine.suggest(text(0), &argument(step, 1), now)),
        "search" => json!(engine.search(&argument(step, 0), now)),
        "facets" => json!(engine.facets(&argument(step, 0), now)),
        "recommend" => {
            let mut query: RecommendQuery = argument(step, 1);
            query.kind = argument(step, 0);
            json!(engine.recommend(&query, now))
        }
        "rank" => {
            let items: Vec<_> = argument(step, 0);
            let ranked = engine.rank(&items, now);
            json!(ranked.iter().map(|ranked| ranked.index).collect::<Vec<_>>())
        }
        "explain" => json!(engine.explain(&argument(step, 0), now)),
        "affinities" => json!(engine.affinities(argument(step, 0), now)),
        "catalogue" => json!(engine.catalogue_info()),
        "profile" => json!(hex(&engine.profile())),
        "session" => json!(hex(&engine.session())),
        "joinProfile" => match engine.join_profile(&unhex(text(0))) {
            Ok(()) => Value::Null,
            Err(wrong) => error(wrong.code(), wrong.to_string()),
        },
        "restoreSession" => json!(engine.restore_session(&unhex(text(0)))),
        "erase" => {
            engine.erase();
            Value::Null
        }
        other => unreachable!("no call `{other}`"),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Vec<u8> {
    text.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn every_answer_is_the_recorded_one() {
    let update = std::env::var_os("UPDATE_VECTORS").is_some();
    let mut steps = 0;
    for entry in fs::read_dir(folder().join("vectors")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let mut vector: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let replica = vector["replica"].as_u64().unwrap();
        let mut engine = match vector["pack"].as_str() {
            Some(pack) => {
                let bytes = fs::read(folder().join("vectors").join(pack)).unwrap();
                Engine::with_catalogue(
                    Catalogue::open(Pack::open(bytes).unwrap()).unwrap(),
                    replica,
                )
            }
            None => Engine::new(replica),
        };
        if let Some(pack) = vector["knowledge"].as_str() {
            let bytes = fs::read(folder().join("vectors").join(pack)).unwrap();
            engine.attach_knowledge(Knowledge::open(Pack::open(bytes).unwrap()).unwrap());
        }
        for step in vector["steps"].as_array_mut().unwrap() {
            let got = answer(&mut engine, step);
            if update {
                step["expect"] = got;
            } else {
                assert_eq!(
                    got,
                    step["expect"],
                    "{} in {}",
                    step["call"],
                    path.display()
                );
            }
            steps += 1;
        }
        if update {
            let text = serde_json::to_string_pretty(&vector).unwrap();
            fs::write(&path, text + "\n").unwrap();
        }
    }
    assert!(steps > 30, "only {steps} steps were found");
}

/// The pack of the vectors is what the builder writes: the same bytes from the same products. Files of earlier formats stay
/// beside it and stay readable.
#[test]
fn golden_packs_are_reproduced_and_read() {
    let golden = folder().join("golden");
    for (kind, bytes) in [
        ("catalogue", common::pack()),
        ("knowledge", common::knowledge()),
    ] {
        let current = golden.join(format!("{kind}-{}.pack", endcap::pack::FORMAT_VERSION));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&current, &bytes).unwrap();
        }
        assert!(
            fs::read(&current).unwrap() == bytes,
            "the bytes of a {kind} pack have changed"
        );
    }
    for entry in fs::read_dir(golden).unwrap() {
        let pack = Pack::open(fs::read(entry.unwrap().path()).unwrap()).unwrap();
        if pack.kind() == PackKind::Knowledge {
            assert_eq!(Knowledge::open(pack).unwrap().query_count(), 3);
        } else {
            let catalogue = Catalogue::open(pack).unwrap();
            assert_eq!(catalogue.item_count(), common::products().len());
        }
    }
}
