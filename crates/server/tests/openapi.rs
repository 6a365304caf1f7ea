//! The API's description and the router say the same.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, header};
use common::{get, send, shop};
use serde_json::Value;

/// Methods and paths.
type Routes = BTreeSet<(String, String)>;

/// The methods and paths in the document, and those in the source of the router.
fn both(document: &Value) -> (Routes, Routes) {
    let described = document["paths"].as_object().unwrap().iter();
    let described = described.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().keys().cloned();
        methods.map(move |method| (method, path.clone()))
    });
    let source = include_str!("../src/server.rs");
    let mut routed = BTreeSet::new();
    for call in source.split(".route(").skip(1) {
        // The arguments go to the end of the statement or to the next call.
        let arguments = call.split(['\n', ';']).take(3).collect::<String>();
        let arguments = arguments.split(".route(").next().unwrap();
        let path = arguments.split('"').nth(1).unwrap();
        for method in ["get", "post", "delete"] {
            if arguments.contains(&format!("{method}(")) {
                routed.insert((method.to_owned(), path.to_owned()));
            }
        }
    }
    (described.collect(), routed)
}

#[tokio::test]
async fn the_document_and_the_router_agree() {
    let shop = shop(|_| {});
    let answer = get(&shop.router, "/v1/openapi.json").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    let document = answer.json();
    assert_eq!(document["openapi"], "3.1.0");
    let (described, mut routed) = both(&document);
    // Not of the API: the demo, and what stands on the operators' own address.
    routed.retain(|(_, path)| {
        !path.starts_with("/demo") && !matches!(path.as_str(), "/metrics" | "/health/{check}")
    });
    assert_eq!(described, routed);
    assert!(described.len() >= 12, "{described:?}");

    for (method, path) in &described {
        let path = path.replace("{id}", common::ID).replace("{file}", "x.pack");
        let request = Request::builder()
            .method(method.to_uppercase().as_str())
            .uri(&path);
        let answer = send(&shop.router, request.body(Body::empty()).unwrap()).await;
        let status = answer.status.as_u16();
        assert!(status != 405 && status < 500, "{method} {path}: {status}");
        if status >= 400 {
            let code = answer.json()["code"].as_str().unwrap().to_owned();
            assert_ne!(code, "request/no-route", "{method} {path}");
        }
    }
}

/// Every reference leads somewhere.
#[tokio::test]
async fn references_are_there() {
    fn references(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                if let Some(target) = fields.get("$ref") {
                    found.push(target.as_str().unwrap().to_owned());
                }
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document: Value = serde_json::from_str(include_str!("../openapi.json")).unwrap();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 20);
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
