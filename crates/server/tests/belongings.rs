//! What belongs to a catalogue: its head, deltas to it and the overlay on it, found by what the packs say of themselves.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::fs;
use std::path::Path;

use common::{get, shop};
use endcap::catalogue::{
    CatalogueBuilder, CatalogueMeta, OverlayBuilder, OverlayItem, OverlayMeta, Product,
};
use endcap::pack::{Pack, PackHash, make_delta};
use endcap_server::shelf::Shelf;
use serde_json::Value;

fn builder(titles: &[&str]) -> CatalogueBuilder {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        language: "de".to_owned(),
        currency: "EUR".to_owned(),
        ..CatalogueMeta::default()
    });
    for (id, title) in titles.iter().enumerate() {
        let product = Product {
            id: id.to_string(),
            title: (*title).to_owned(),
            ..Product::default()
        };
        builder.push(product).unwrap();
    }
    builder
}

fn overlay(base: Option<PackHash>, layer: u8, sequence: u64) -> Vec<u8> {
    let meta = OverlayMeta {
        base,
        layer,
        sequence,
        currency: "EUR".to_owned(),
    };
    let mut builder = OverlayBuilder::new(meta);
    let item = OverlayItem {
        id: "1".to_owned(),
        price: Some(Some(sequence as u32)),
        ..OverlayItem::default()
    };
    builder.push(item).unwrap();
    builder.finish().unwrap()
}

fn put(folder: &Path, bytes: &[u8]) -> String {
    let hash = Pack::open(bytes.to_vec()).unwrap().hash().to_string();
    fs::write(folder.join(format!("{hash}.pack")), bytes).unwrap();
    hash
}

/// A catalogue, listed as the current one.
fn current(folder: &Path) -> (Vec<u8>, String) {
    let bytes = builder(&["Hahn", "Rohr", "Ventil"]).finish().unwrap();
    let hash = put(folder, &bytes);
    let listing = format!(r#"{{ "catalogues": {{ "de": {{ "hash": "{hash}" }} }} }}"#);
    fs::write(folder.join("manifest.json"), listing).unwrap();
    (bytes, hash)
}

async fn entry(shop: &common::Shop) -> Value {
    let manifest = get(&shop.router, "/v1/manifest.json").await.json();
    assert_eq!(manifest["catalogue"], manifest["catalogues"]["de"]);
    manifest["catalogue"].clone()
}

fn shop_of(folder: &Path) -> common::Shop {
    let shelf = Shelf::open(folder).unwrap();
    shop(|server| server.shelf = Some(shelf))
}

#[tokio::test]
async fn head_delta_and_the_latest_overlay_stand_in_the_manifest_and_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (bytes, hash) = current(folder);
    let whole: PackHash = hash.parse().unwrap();
    let head = put(folder, &builder(&["Hahn"]).head_of(whole).finish().unwrap());
    let old = builder(&["Hahn", "Rohr"]).finish().unwrap();
    let from = put(folder, &old);
    let delta = put(folder, &make_delta(&old, &bytes).unwrap());
    put(folder, &overlay(Some(whole), 0, 7));
    let shop = shop_of(folder);
    // What comes while the server runs is found as well, and an older one is not taken for the latest.
    let latest = put(folder, &overlay(Some(whole), 0, 9));
    put(folder, &overlay(Some(whole), 0, 8));

    let entry = entry(&shop).await;
    assert_eq!(entry["hash"], hash.as_str());
    assert_eq!(entry["head"]["hash"], head.as_str());
    assert_eq!(entry["deltas"].as_array().unwrap().len(), 1);
    assert_eq!(entry["deltas"][0]["from"], from.as_str());
    assert_eq!(entry["deltas"][0]["hash"], delta.as_str());
    assert_eq!(entry["overlays"].as_array().unwrap().len(), 1);
    assert_eq!(entry["overlays"][0]["hash"], latest.as_str());
    assert_eq!(entry["overlays"][0]["sequence"], 9);
    for url in [&entry["head"], &entry["deltas"][0], &entry["overlays"][0]] {
        let answer = get(&shop.router, url["url"].as_str().unwrap()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.body.len() as u64, url["bytes"].as_u64().unwrap());
    }
}

#[tokio::test]
async fn what_holds_for_one_customer_is_not_handed_out() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (_, hash) = current(folder);
    let secret = put(folder, &overlay(Some(hash.parse().unwrap()), 1, 5));
    let shop = shop_of(folder);
    assert!(entry(&shop).await.get("overlays").is_none());
    let answer = get(&shop.router, &format!("/v1/packs/{secret}.pack")).await;
    answer.is_problem(404, "packs/unknown");
}

#[tokio::test]
async fn what_belongs_to_another_catalogue_is_not_named() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (bytes, _) = current(folder);
    let other: PackHash = "00112233445566778899aabbccddeeff".parse().unwrap();
    put(folder, &builder(&["Hahn"]).head_of(other).finish().unwrap());
    put(folder, &overlay(Some(other), 0, 5));
    let next = builder(&["Hahn", "Rohr neu"]).finish().unwrap();
    put(folder, &make_delta(&bytes, &next).unwrap());
    let shop = shop_of(folder);
    let entry_now = entry(&shop).await;
    for part in ["head", "deltas", "overlays"] {
        assert!(entry_now.get(part).is_none(), "{part}");
    }
    // One that fits any catalogue is for this one as well.
    put(folder, &overlay(None, 0, 6));
    assert_eq!(entry(&shop).await["overlays"][0]["sequence"], 6);
}

#[test]
fn a_folder_with_a_head_alone_has_no_catalogue() {
    let folder = tempfile::tempdir().unwrap();
    let whole: PackHash = "00112233445566778899aabbccddeeff".parse().unwrap();
    put(
        folder.path(),
        &builder(&["Hahn"]).head_of(whole).finish().unwrap(),
    );
    let error = Shelf::open(folder.path()).err().unwrap();
    assert_eq!(error.code(), "packs/empty");
}
