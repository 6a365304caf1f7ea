//! Packs and the manifest: which are offered, how they are cached, and which are refused.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that fails says so by a panic"
)]

mod common;

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use common::{Answer, get, post, send, shop};
use endcap::catalogue::{CatalogueBuilder, CatalogueMeta, Product};
use endcap::pack::Pack;
use endcap_server::shelf::Shelf;
use serde_json::json;

const IMMUTABLE: &str = "public, max-age=31536000, immutable";

fn pack(language: &str, title: &str) -> Vec<u8> {
    let mut builder = CatalogueBuilder::new(CatalogueMeta {
        name: "Test".to_owned(),
        language: language.to_owned(),
        currency: "EUR".to_owned(),
        synthetic: true,
    });
    let product = Product {
        id: "1".to_owned(),
        title: title.to_owned(),
        ..Product::default()
    };
    builder.push(product).unwrap();
    builder.finish().unwrap()
}

/// Puts the pack into the folder, as old as said, and returns its name.
fn put(folder: &Path, bytes: &[u8], age: u64) -> String {
    let hash = Pack::open(bytes.to_vec()).unwrap().hash().to_string();
    let path = folder.join(format!("{hash}.pack"));
    fs::write(&path, bytes).unwrap();
    let modified = SystemTime::now() - Duration::from_secs(age);
    let file = fs::File::options().append(true).open(&path).unwrap();
    file.set_modified(modified).unwrap();
    hash
}

fn shop_of(folder: &Path) -> common::Shop {
    let shelf = Shelf::open(folder).unwrap();
    shop(|server| server.shelf = Some(shelf))
}

async fn ask(router: &Router, path: &str, name: header::HeaderName, value: &str) -> Answer {
    let request = Request::get(path).header(name, value);
    send(router, request.body(Body::empty()).unwrap()).await
}

#[track_caller]
fn refused(folder: &Path, code: &str, says: &str) {
    let Err(error) = Shelf::open(folder) else {
        panic!("the folder was taken");
    };
    let text = error.to_string();
    assert_eq!(error.code(), code, "{text}");
    assert!(text.contains(says), "{text}");
}

#[tokio::test]
async fn a_listing_that_opens_nothing_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let hash = put(folder.path(), &pack("de", "Hahn"), 0);
    for listing in ["{}", r#"{"catalogue":null,"catalogues":{}}"#] {
        fs::write(folder.path().join("manifest.json"), listing).unwrap();
        let shop = shop_of(folder.path());
        let manifest = get(&shop.router, "/v1/manifest.json").await.json();
        assert_eq!(manifest["catalogue"]["hash"], hash.as_str(), "{listing}");
        assert_eq!(manifest["catalogues"]["de"]["hash"], hash.as_str());
    }
}

#[tokio::test]
async fn the_manifest_names_the_newest_pack_of_each_language() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &pack("de", "Hahn, alt"), 300);
    let english = put(folder.path(), &pack("en", "Tap"), 200);
    let bytes = pack("de", "Hahn");
    let german = put(folder.path(), &bytes, 100);
    let shop = shop_of(folder.path());

    let answer = get(&shop.router, "/v1/manifest.json").await;
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/json");
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-cache");
    let manifest = answer.json();
    let url = format!("/v1/packs/{german}.pack");
    let entry = json!({ "hash": german, "url": url, "bytes": bytes.len(), "language": "de" });
    assert_eq!(manifest["catalogue"], entry);
    assert_eq!(manifest["catalogues"]["de"], entry);
    assert_eq!(manifest["catalogues"]["en"]["hash"], english.as_str());

    let loaded = get(&shop.router, &url).await;
    assert_eq!(loaded.body, bytes);
}

#[tokio::test]
async fn an_unchanged_manifest_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    put(folder.path(), &pack("de", "Hahn"), 100);
    let shop = shop_of(folder.path());
    let path = "/v1/manifest.json";
    let first = get(&shop.router, path).await;
    let etag = first.header(header::ETAG).to_owned();
    assert!(etag.starts_with('"'), "strong: {etag}");

    for tags in [etag.clone(), format!("\"x\", W/{etag}"), "*".to_owned()] {
        let again = ask(&shop.router, path, header::IF_NONE_MATCH, &tags).await;
        assert_eq!(again.status, 304, "{tags}");
        assert!(again.body.is_empty());
        assert_eq!(again.header(header::ETAG), etag);
        assert_eq!(again.header(header::CACHE_CONTROL), "no-cache");
    }
    let other = ask(&shop.router, path, header::IF_NONE_MATCH, "\"x\"").await;
    assert_eq!(other.status, 200);
}

#[tokio::test]
async fn a_listing_in_the_folder_chooses() {
    let folder = tempfile::tempdir().unwrap();
    let german = put(folder.path(), &pack("de", "Hahn"), 300);
    let english = put(folder.path(), &pack("en", "Tap"), 200);
    put(folder.path(), &pack("de", "Hahn, noch nicht"), 100);
    let listing = json!({
        "catalogue": { "hash": english, "url": "elsewhere", "bytes": 1, "language": "en" },
        "catalogues": { "de": { "hash": german }, "en": { "hash": english } },
    });
    fs::write(folder.path().join("manifest.json"), listing.to_string()).unwrap();
    let shop = shop_of(folder.path());
    let manifest = get(&shop.router, "/v1/manifest.json").await.json();
    assert_eq!(manifest["catalogue"]["hash"], english.as_str());
    let url = format!("/v1/packs/{english}.pack");
    assert_eq!(manifest["catalogue"]["url"], url, "our own address");
    assert_eq!(manifest["catalogues"]["de"]["hash"], german.as_str());
}

#[tokio::test]
async fn new_packs_are_offered_without_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let old = put(folder.path(), &pack("de", "Hahn"), 100);
    let shop = shop_of(folder.path());
    let manifest = async || get(&shop.router, "/v1/manifest.json").await;
    let before = manifest().await;
    assert_eq!(before.json()["catalogue"]["hash"], old.as_str());

    let new = put(folder.path(), &pack("de", "Hahn, neu"), 0);
    let path = format!("/v1/packs/{new}.pack");
    assert_eq!(
        get(&shop.router, &path).await.status,
        200,
        "before any manifest"
    );
    let after = manifest().await;
    assert_eq!(after.json()["catalogue"]["hash"], new.as_str());
    assert_ne!(before.header(header::ETAG), after.header(header::ETAG));
    let path = format!("/v1/packs/{old}.pack");
    assert_eq!(get(&shop.router, &path).await.status, 200, "for open pages");

    // A broken one leaves everything as it is, and is looked at again once it may have been mended.
    fs::write(folder.path().join("broken.pack"), "half a p").unwrap();
    assert_eq!(manifest().await.body, after.body);
    fs::remove_file(folder.path().join("broken.pack")).unwrap();
    let newest = put(folder.path(), &pack("de", "Hahn, am neusten"), 0);
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(
        manifest().await.json()["catalogue"]["hash"],
        newest.as_str()
    );
}

#[tokio::test]
async fn packs_that_are_gone_are_not_offered() {
    let folder = tempfile::tempdir().unwrap();
    let packs = folder.path().join("packs");
    let away = folder.path().join("away");
    fs::create_dir(&packs).unwrap();
    let hash = put(&packs, &pack("de", "Hahn"), 100);
    let shop = shop_of(&packs);
    let asked = ["/v1/manifest.json", "/health/ready"];
    for path in asked {
        assert_eq!(get(&shop.router, path).await.status, 200, "{path}");
    }

    fs::rename(&packs, &away).unwrap();
    for path in asked {
        let answer = get(&shop.router, path).await;
        answer.is_problem(503, "packs/unavailable");
        assert_eq!(answer.header(header::RETRY_AFTER), "1");
    }
    assert_eq!(get(&shop.router, "/health/live").await.status, 200);

    fs::rename(&away, &packs).unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    for path in asked {
        assert_eq!(get(&shop.router, path).await.status, 200, "{path}");
    }
    fs::remove_file(packs.join(format!("{hash}.pack"))).unwrap();
    for path in asked {
        get(&shop.router, path)
            .await
            .is_problem(503, "packs/unavailable");
    }
}

#[tokio::test]
async fn packs_are_kept_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = pack("de", "Hahn");
    let hash = put(folder.path(), &bytes, 100);
    let shop = shop_of(folder.path());
    let path = format!("/v1/packs/{hash}.pack");
    let answer = get(&shop.router, &path).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.header(header::CONTENT_TYPE),
        "application/octet-stream"
    );
    assert_eq!(answer.header(header::CACHE_CONTROL), IMMUTABLE);
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");

    let part = ask(&shop.router, &path, header::RANGE, "bytes=8-11").await;
    assert_eq!(part.status, 206);
    assert_eq!(part.body, bytes[8..12]);
    let past = ask(&shop.router, &path, header::RANGE, "bytes=99999999-").await;
    assert_eq!(past.status, 416);
}

#[tokio::test]
async fn a_compressed_sidecar_is_sent_to_those_who_take_it() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = pack("de", "Hahn");
    let hash = put(folder.path(), &bytes, 100);
    let sidecar = folder.path().join(format!("{hash}.pack.br"));
    fs::write(&sidecar, "as if compressed").unwrap();
    let shop = shop_of(folder.path());
    let path = format!("/v1/packs/{hash}.pack");

    let small = ask(&shop.router, &path, header::ACCEPT_ENCODING, "gzip, br").await;
    assert_eq!(small.body, "as if compressed");
    assert_eq!(small.header(header::CONTENT_ENCODING), "br");
    assert_eq!(
        small.header(header::CONTENT_TYPE),
        "application/octet-stream"
    );
    assert_eq!(small.header(header::CACHE_CONTROL), IMMUTABLE);
    for accepts in ["gzip", "br;q=0", "identity"] {
        let plain = ask(&shop.router, &path, header::ACCEPT_ENCODING, accepts).await;
        assert_eq!(plain.body, bytes, "{accepts}");
        assert_eq!(plain.header(header::CONTENT_ENCODING), "");
        assert_eq!(plain.header(header::VARY), "accept-encoding");
    }
}

#[tokio::test]
async fn only_packs_are_handed_out() {
    let folder = tempfile::tempdir().unwrap();
    let hash = put(folder.path(), &pack("de", "Hahn"), 100);
    fs::write(folder.path().join("notes.txt"), "private").unwrap();
    let shop = shop_of(folder.path());
    for name in [
        "0123456789abcdef0123456789abcdef.pack",
        "notes.txt",
        "..%2F..%2Fetc%2Fpasswd.pack",
        "%FF.pack",
        &hash,
        &format!(
            "{}.pack",
            hash.to_uppercase()
                .replace(|c: char| c.is_ascii_digit(), "F")
        ),
    ] {
        get(&shop.router, &format!("/v1/packs/{name}"))
            .await
            .is_problem(404, "packs/unknown");
    }
    // Deleted under a running server.
    fs::remove_file(folder.path().join(format!("{hash}.pack"))).unwrap();
    get(&shop.router, &format!("/v1/packs/{hash}.pack"))
        .await
        .is_problem(404, "packs/unknown");
    post(&shop.router, "/v1/manifest.json", "")
        .await
        .is_problem(405, "request/method");
}

#[tokio::test]
async fn a_server_without_packs_says_so() {
    let shop = shop(|_| {});
    for path in [
        "/v1/manifest.json",
        "/v1/packs/0123456789abcdef0123456789abcdef.pack",
    ] {
        get(&shop.router, path).await.is_problem(404, "packs/none");
    }
}

#[test]
fn folders_that_would_break_a_promise_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    refused(&folder.path().join("missing"), "packs/file", "missing");
    refused(folder.path(), "packs/empty", "endcap pack build");

    let bytes = pack("de", "Hahn");
    let hash = put(folder.path(), &bytes, 100);
    let path = folder.path().join(format!("{hash}.pack"));
    let other = folder.path().join("0123456789abcdef0123456789abcdef.pack");
    fs::rename(&path, &other).unwrap();
    refused(
        folder.path(),
        "packs/name",
        &format!("rename it to {hash}.pack"),
    );
    fs::rename(&other, &path).unwrap();

    fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    refused(folder.path(), "pack/truncated", &hash);
    let mut flipped = bytes.clone();
    flipped[bytes.len() / 2] ^= 1;
    fs::write(&path, flipped).unwrap();
    refused(folder.path(), "pack/hash", &hash);
    fs::write(&path, "<html>").unwrap();
    refused(folder.path(), "pack/foreign", &hash);
    fs::write(&path, &bytes).unwrap();

    let listing = folder.path().join("manifest.json");
    fs::write(&listing, "{").unwrap();
    refused(folder.path(), "packs/listing", "manifest.json");
    fs::write(&listing, r#"{"catalogue":{"hash":"beef"}}"#).unwrap();
    refused(
        folder.path(),
        "packs/listing",
        "beef.pack is not in the folder",
    );
    fs::remove_file(&listing).unwrap();
    Shelf::open(folder.path()).unwrap();
}

fn signed(hash: &str) -> serde_json::Value {
    let manifest =
        json!({ "version": 1, "catalogue": { "hash": hash, "url": "/", "sha256": "0" } });
    json!({ "manifest": manifest.to_string(), "signatures": [{ "key": "k", "signature": "s" }] })
}

/// The server has no key: it hands on what the shop has signed, to the byte.
#[tokio::test]
async fn the_signed_manifest_is_passed_on() {
    let folder = tempfile::tempdir().unwrap();
    let hash = put(folder.path(), &pack("de", "Hahn"), 0);
    let listing = json!({ "catalogue": { "hash": hash }, "signed": signed(&hash) });
    fs::write(folder.path().join("manifest.json"), listing.to_string()).unwrap();
    let answer = get(&shop_of(folder.path()).router, "/v1/manifest.json").await;
    assert_eq!(answer.json()["signed"], signed(&hash));
}

#[test]
fn a_signature_for_packs_that_are_gone_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let hash = put(folder.path(), &pack("de", "Hahn"), 0);
    for signed in [
        signed("00000000000000000000000000000000"),
        json!({ "manifest": "[", "signatures": [] }),
        json!({ "manifest": 1 }),
    ] {
        let listing = json!({ "catalogue": { "hash": hash }, "signed": signed });
        fs::write(folder.path().join("manifest.json"), listing.to_string()).unwrap();
        let error = Shelf::open(folder.path()).err().unwrap();
        assert_eq!(error.code(), "packs/listing");
    }
}
