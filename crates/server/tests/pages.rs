//! Plain files, other origins, unknown paths, and a router beside ours.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::fs;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use axum::routing::get as route;
use common::{ID, get, post, profile, send, server, shop};
use endcap_server::Origin;
use endcap_server::store::EmbeddedStore;

#[tokio::test]
async fn files_come_with_their_type_and_caching() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, content: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    write("www/index.html", "<!doctype html>");
    write("www/style.css", "a{}");
    write("pkg/endcap.js", "export {};");
    write("pkg/endcap_bg.wasm", "\0asm");
    write("pkg/endcap_bg.wasm.br", "small");
    write("images/a.svg", "<svg/>");
    write("secret", "hidden");
    let shop = shop(|server| {
        server.files.www = Some(folder.path().join("www"));
        server.files.pkg = Some(folder.path().join("pkg"));
        server.files.images = Some(folder.path().join("images"));
    });
    for (path, kind, caching) in [
        ("/", "text/html", "no-cache"),
        ("/index.html", "text/html", "no-cache"),
        ("/style.css", "text/css", "no-cache"),
        ("/pkg/endcap.js", "text/javascript", "no-cache"),
        ("/pkg/endcap_bg.wasm", "application/wasm", "no-cache"),
        ("/images/a.svg", "image/svg+xml", "public, max-age=300"),
    ] {
        let answer = get(&shop.router, path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header(header::CONTENT_TYPE), kind, "{path}");
        assert_eq!(answer.header(header::CACHE_CONTROL), caching, "{path}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");

        let modified = answer.header(header::LAST_MODIFIED).to_owned();
        let request = Request::get(path).header(header::IF_MODIFIED_SINCE, modified);
        let again = send(&shop.router, request.body(Body::empty()).unwrap()).await;
        assert_eq!(again.status, 304, "{path}");
    }
    let request = Request::get("/pkg/endcap_bg.wasm").header(header::ACCEPT_ENCODING, "br");
    let small = send(&shop.router, request.body(Body::empty()).unwrap()).await;
    assert_eq!(small.body, "small");
    assert_eq!(small.header(header::CONTENT_TYPE), "application/wasm");

    for path in [
        "/missing",
        "/../secret",
        "/%2e%2e/secret",
        "/pkg/missing.js",
        "/pkg/..%2Fsecret",
        "/images/",
        "/v1/unknown",
        "/v1/profiles/x/y/z",
        "/style.css/below",
        "/nul%00",
        // No file can have such a name, whole or with its `.br`; nor such a path.
        &format!("/{}", "a".repeat(300)),
        &format!("/{}", "a".repeat(254)),
        &format!("/pkg/{}", "a".repeat(300)),
        &format!("/images{}", "/a".repeat(3000)),
    ] {
        get(&shop.router, path)
            .await
            .is_problem(404, "request/no-route");
        let request = Request::get(path).header(header::ACCEPT_ENCODING, "br");
        send(&shop.router, request.body(Body::empty()).unwrap())
            .await
            .is_problem(404, "request/no-route");
    }
    post(&shop.router, "/index.html", "")
        .await
        .is_problem(405, "request/method");
}

#[tokio::test]
async fn files_say_what_browsers_may_do_with_them() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("index.html", "<!doctype html><script>alert(1)</script>");
    write("packed.html", "<script>alert(1)</script>");
    write("packed.html.br", "packed");
    write("a.svg", "<svg onload='alert(1)'/>");
    let open = |policy: Option<&'static str>| {
        shop(|server| {
            server.files.www = Some(folder.path().to_owned());
            server.files.images = Some(folder.path().to_owned());
            server.files.page_policy = policy.map(header::HeaderValue::from_static);
        })
    };
    let shop = open(None);
    let policy = async |path: &str| {
        let request = Request::get(path).header(header::ACCEPT_ENCODING, "br");
        let answer = send(&shop.router, request.body(Body::empty()).unwrap()).await;
        let referrer = answer.header(header::REFERRER_POLICY);
        assert_eq!(referrer, "strict-origin-when-cross-origin", "{path}");
        answer.header(header::CONTENT_SECURITY_POLICY).to_owned()
    };
    let page = policy("/").await;
    for part in [
        "default-src 'self'",
        "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='",
        "'wasm-unsafe-eval'",
        "object-src 'none'",
        "frame-ancestors 'self'",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(
        !page.contains("script-src 'self' 'unsafe-inline'"),
        "{page}"
    );
    // Whose scripts are not known runs all that stand in it.
    let packed = policy("/packed.html").await;
    assert!(packed.contains("'unsafe-inline'; style-src"), "{packed}");
    let picture = policy("/images/a.svg").await;
    assert!(picture.contains("default-src 'none'"), "{picture}");
    assert!(picture.ends_with("sandbox"), "{picture}");
    let body = get(&shop.router, "/").await.body;
    assert_eq!(body, "<!doctype html><script>alert(1)</script>");

    let own = open(Some("default-src 'none'"));
    let answer = get(&own.router, "/").await;
    let own = answer.header(header::CONTENT_SECURITY_POLICY);
    assert_eq!(own, "default-src 'none'");
}

#[tokio::test]
async fn wrong_paths_and_methods_are_problems() {
    let shop = shop(|_| {});
    for path in ["/", "/v1", "/v1/profiles", "/favicon.ico"] {
        get(&shop.router, path)
            .await
            .is_problem(404, "request/no-route");
    }
    let sync = format!("/v1/profiles/{ID}/sync");
    for path in [sync.as_str(), "/v1/link"] {
        let answer = get(&shop.router, path).await;
        answer.is_problem(405, "request/method");
        assert_eq!(answer.header(header::ALLOW), "POST");
    }
    post(&shop.router, "/health/live", "")
        .await
        .is_problem(405, "request/method");
}

#[tokio::test]
async fn only_listed_origins_may_call() {
    let origin = |text: &str| text.parse::<Origin>().unwrap();
    let closed = shop(|_| {});
    let open = shop(|server| {
        server.allow_origins = vec![origin("https://shop.example"), origin("http://localhost:1")];
    });
    let preflight = |from: &str| {
        Request::options(format!("/v1/profiles/{ID}/sync"))
            .header(header::ORIGIN, from)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST")
            .header(header::ACCESS_CONTROL_REQUEST_HEADERS, "content-type")
            .body(Body::empty())
            .unwrap()
    };
    let allowed = header::ACCESS_CONTROL_ALLOW_ORIGIN;
    for from in ["https://shop.example", "http://localhost:1"] {
        let answer = send(&open.router, preflight(from)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header(allowed.clone()), from);
        assert!(
            !answer
                .headers
                .contains_key(header::ACCESS_CONTROL_ALLOW_CREDENTIALS)
        );
        let answer = send(&closed.router, preflight(from)).await;
        assert_eq!(answer.header(allowed.clone()), "");
    }
    for from in ["https://evil.example", "null", "https://shop.example.evil"] {
        let answer = send(&open.router, preflight(from)).await;
        assert_eq!(answer.header(allowed.clone()), "", "{from}");
    }

    let request = Request::post(format!("/v1/profiles/{ID}/sync"))
        .header(header::ORIGIN, "https://shop.example")
        .body(Body::from(profile(1, 1, 1)))
        .unwrap();
    let answer = send(&open.router, request).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header(allowed), "https://shop.example");
}

#[tokio::test]
async fn another_router_stands_beside_ours() {
    let folder = tempfile::tempdir().unwrap();
    let store = EmbeddedStore::open(folder.path()).unwrap();
    let extra = Router::new()
        .route("/shop/list", route(async || "list"))
        .route(
            "/shop/bug",
            route(async || -> &'static str { panic!("a bug") }),
        );
    let router = server(std::sync::Arc::new(store)).router(Some(extra));
    let answer = get(&router, "/shop/list").await;
    assert_eq!(answer.body, "list");
    assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
    get(&router, "/shop/bug")
        .await
        .is_problem(500, "server/internal");
    assert_eq!(get(&router, "/health/live").await.status, 200);
}
