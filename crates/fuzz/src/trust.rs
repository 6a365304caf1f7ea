//! What decides whom the server and the device trust: tokens, key files, signed manifests, proxies.

use std::net::IpAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use endcap_server::keys::KeyFile;
use endcap_server::shelf::Shelf;
use endcap_server::token::{LEEWAY, MAX_LIFETIME, verify};
use endcap_server::{Network, Proxies, Secret};
use endcap_signature::{PublicKey, Signed, SigningKey};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use crate::files::with_file;
use crate::part;

pub(crate) const SECRET: &[u8] = b"a secret of the shop that nobody knows";

pub(crate) fn secret() -> Secret {
    Secret::new(SECRET.to_vec()).expect("long enough")
}

/// A token of any header and claims, signed with the shop's secret. `@NOW+9` in the claims is nine seconds from now, so that a
/// seed does not expire.
pub(crate) fn bearer(header: &[u8], claims: &[u8]) -> String {
    let (header, claims) = (with_times(header), with_times(claims));
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    );
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("any length");
    mac.update(text.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes());
    format!("{text}.{signature}")
}

fn with_times(text: &[u8]) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(text) else {
        return text.to_vec();
    };
    let mut parts = text.split("@NOW+");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.bytes().take_while(u8::is_ascii_digit).count();
        let later: u64 = part[..end].parse().unwrap_or(0);
        out += &now().saturating_add(later).to_string();
        out += &part[end..];
    }
    out.into_bytes()
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.unwrap_or(Duration::ZERO).as_secs()
}

/// A header and claims, signed with the right secret; then any text as a token, and signed by nobody.
pub(crate) fn token(mut data: &[u8]) {
    let (header, claims) = (part(&mut data), part(&mut data));
    let signed = bearer(header, claims);
    if let Ok(vouched) = verify(&secret(), None, &signed) {
        // What it demands, read by another reader of JSON objects: the last of two fields of one name stands there.
        let header: Value = serde_json::from_slice(&with_times(header)).expect("JSON");
        let claims: Value = serde_json::from_slice(&with_times(claims)).expect("JSON");
        assert_eq!(header["alg"], "HS256");
        assert!(header.get("crit").is_none_or(Value::is_null));
        let audience = &claims["aud"];
        assert!(
            audience == "endcap"
                || audience
                    .as_array()
                    .is_some_and(|all| all.contains(&"endcap".into()))
        );
        assert_eq!(claims["sub"], vouched.customer.as_str());
        assert!((1..=256).contains(&vouched.customer.len()));
        let expires = claims["exp"].as_f64().expect("a number") as u64;
        let leeway = LEEWAY.as_secs() + 2;
        assert!(expires + leeway >= now() && expires <= now() + MAX_LIFETIME.as_secs() + leeway);
        let _ = vouched.check_device(Some("AAAAAAAAAAAAAAAAAAAAAA"));
        if vouched.check_erasure().is_ok() {
            assert!(vouched.once.is_some() && vouched.issued.is_some());
        }
    }
    let other =
        Secret::new(b"another secret that the shop does not have".to_vec()).expect("long enough");
    assert!(verify(&other, None, &signed).is_err(), "another's secret");
    if let Ok(text) = std::str::from_utf8(data) {
        assert!(verify(&secret(), None, text).is_err(), "signed by nobody");
    }
}

/// A key file, and a token that it must not let through.
pub(crate) fn keys(mut data: &[u8]) {
    let token = bearer(part(&mut data), part(&mut data));
    with_file("keys.json", data, |path| {
        if let Ok(keys) = KeyFile::open(path)
            && verify(&secret(), Some(&keys), &token).is_ok()
        {
            let known = URL_SAFE_NO_PAD.encode(SECRET);
            let text = String::from_utf8_lossy(data);
            assert!(text.contains(&known), "a key that did not sign the token");
        }
    });
}

/// A manifest's text, which is signed; then anything as a signed manifest.
pub(crate) fn manifest(mut data: &[u8]) {
    let text = part(&mut data);
    let key = SigningKey::from_seed([7; 32]);
    let public = [key.public()];
    if let Ok(manifest) = serde_json::from_slice::<Value>(text) {
        let digest = |_: &str| Ok::<_, ()>("00".repeat(32));
        let signed =
            Signed::new(manifest, (7, Some(100)), &[key], &mut { digest }).expect("signed");
        let open = signed.open(&public, 7, 100);
        if let Ok(open) = &open {
            assert_eq!((open.version, open.expires), (7, Some(100)));
            for (hash, digest) in open.packs() {
                assert_eq!(digest, "00".repeat(32));
                assert!(open.check(hash, text).is_err(), "a pack of another content");
            }
            assert!(signed.open(&public, 8, 100).is_err(), "an old one");
            assert!(signed.open(&public, 7, 101).is_err(), "an expired one");
        }
        assert!(signed.open(&[], 0, 0).is_err(), "nobody's key");
    }
    if let Ok(signed) = serde_json::from_slice::<Signed>(data) {
        let _ = signed.unchecked();
        assert!(signed.open(&public, 0, 0).is_err(), "a signature of nobody");
    }
    let _ = serde_json::from_slice::<endcap_trainer::Manifest>(data);
    with_file("manifest.json", data, |path| {
        if let Some(folder) = path.parent() {
            let _ = Shelf::open(folder);
        }
    });
    if let Ok(text) = std::str::from_utf8(data) {
        if let Ok(key) = text.parse::<PublicKey>() {
            assert_eq!(key.to_string().parse().ok(), Some(key));
        }
        let _ = SigningKey::from_pem(text);
    }
}

/// Trusted networks, a peer and its headers, one a line.
pub(crate) fn forwarded(data: &[u8]) {
    let mut lines = data.split(|&byte| byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (networks, peer) = (line(), line());
    let networks: Vec<Network> = String::from_utf8_lossy(networks)
        .split_whitespace()
        .filter_map(|text| text.parse().ok())
        .collect();
    let peer = String::from_utf8_lossy(peer).trim().parse();
    let peer: IpAddr = peer.unwrap_or([127, 0, 0, 1].into());
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_bytes(line()) {
        headers.insert("x-real-ip", value);
    }
    for value in lines
        .take(8)
        .filter_map(|line| HeaderValue::from_bytes(line).ok())
    {
        headers.append("x-forwarded-for", value);
    }
    let trusts = |address| networks.iter().any(|network| network.contains(address));
    let proxies: Proxies = networks.iter().copied().collect();
    let client = proxies.client(peer, &headers);
    if !trusts(peer) {
        assert_eq!(client, peer, "a peer that nobody has named was believed");
    }
    // Whatever a client writes in front of what the proxy has added changes nothing, once the proxy has named it.
    if trusts(peer) && !trusts(client) && headers.contains_key("x-forwarded-for") && client != peer
    {
        let mut longer = headers.clone();
        longer.remove("x-forwarded-for");
        longer.append(
            "x-forwarded-for",
            HeaderValue::from_static("203.0.113.9, x"),
        );
        for value in headers.get_all("x-forwarded-for") {
            longer.append("x-forwarded-for", value.clone());
        }
        longer.remove("x-real-ip");
        headers.remove("x-real-ip");
        if proxies.client(peer, &headers) == client {
            assert_eq!(
                proxies.client(peer, &longer),
                client,
                "a client named itself"
            );
        }
    }
}
