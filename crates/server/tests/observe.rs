//! What operators see, and how often one may ask.
#![expect(clippy::unwrap_used, reason = "a test that fails says so by a panic")]

mod common;

use std::num::NonZeroU32;
use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use common::{ID, get, profile, send, shop, sync};
use endcap_server::{Metrics, Rates, admin};

#[tokio::test]
async fn requests_are_counted_by_route_and_nobody_is_named() {
    let metrics = Arc::new(Metrics::new());
    let shop = shop(|server| server.metrics = Arc::clone(&metrics));
    sync(&shop.router, ID, profile(1, 1, 1)).await;
    sync(&shop.router, ID, "rubbish").await;
    get(&shop.router, "/no/such/page").await;
    let odd = Request::builder().method("BREW").uri("/v1/link");
    send(&shop.router, odd.body(Body::empty()).unwrap()).await;

    let admin = admin(metrics, vec![shop.router.clone()]);
    let answer = get(&admin, "/metrics").await;
    assert!(answer.header(header::CONTENT_TYPE).contains("openmetrics"));
    let text = String::from_utf8(answer.body.to_vec()).unwrap();
    for line in [
        r#"endcap_requests_total{route="/v1/profiles/{id}/sync",method="POST",status="200"} 1"#,
        r#"endcap_requests_total{route="/v1/profiles/{id}/sync",method="POST",status="400"} 1"#,
        r#"endcap_requests_total{route="(files)",method="GET",status="404"} 1"#,
        r#"endcap_requests_total{route="/v1/link",method="other",status="405"} 1"#,
        r#"endcap_problems_total{code="profile/foreign"} 1"#,
        r#"endcap_request_seconds_count{route="/v1/profiles/{id}/sync"} 2"#,
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(!text.contains(ID) && !text.contains("/no/such"), "{text}");
    assert_eq!(get(&shop.router, "/metrics").await.status, 404);
}

/// Strangers cannot take the operator's connections, so health is asked for there.
#[tokio::test]
async fn health_is_all_tenants_health() {
    let (first, second) = (shop(|_| {}), shop(|_| {}));
    let sick = axum::Router::new().route(
        "/health/ready",
        axum::routing::get(async || StatusCode::IM_A_TEAPOT),
    );
    let ask = async |tenants, path| get(&admin(Arc::default(), tenants), path).await.status;
    let well = vec![first.router.clone(), second.router.clone()];
    assert_eq!(ask(well.clone(), "/health/live").await, 200);
    assert_eq!(ask(well.clone(), "/health/ready").await, 200);
    assert_eq!(ask(well, "/health/else").await, 404);
    let one_sick = vec![first.router.clone(), sick, second.router.clone()];
    assert_eq!(ask(one_sick, "/health/ready").await, 418);
}

#[tokio::test]
async fn a_trace_goes_through() {
    let shop = shop(|_| {});
    let id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request =
        Request::get("/health/live").header("traceparent", format!("00-{id}-00f067aa0ba902b7-01"));
    let answer = send(&shop.router, request.body(Body::empty()).unwrap()).await;
    let trace = answer.headers["traceresponse"].to_str().unwrap();
    assert!(
        trace.starts_with(&format!("00-{id}-")) && trace.len() == 55,
        "{trace}"
    );
    assert!(
        !get(&shop.router, "/health/live")
            .await
            .headers
            .contains_key("traceresponse")
    );
}

#[tokio::test]
async fn one_profile_cannot_be_hammered() {
    let shop = shop(|server| {
        server.rates = Rates {
            per_profile: NonZeroU32::new(1),
            ..Rates::default()
        };
    });
    for _ in 0..10 {
        assert_eq!(sync(&shop.router, ID, "").await.status, 200);
    }
    let answer = sync(&shop.router, ID, "").await;
    answer.is_problem(429, "request/too-many");
    let seconds: u64 = answer.header(header::RETRY_AFTER).parse().unwrap();
    assert!((1..=2).contains(&seconds), "{seconds}");
    assert_eq!(sync(&shop.router, &"B".repeat(22), "").await.status, 200);
}
