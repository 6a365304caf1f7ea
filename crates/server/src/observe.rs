//! What stands around every request: a time limit, and what operators see of it: a line in the log, numbers in `/metrics`, and its place in a trace.
//!
//! # Invariants
//! * Only routes are named, never paths: a path can hold a profile's id. No address, token or body is either.
//! * The number of series is bounded: labels are routes, methods, status codes and codes of our own.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::FutureExt as _;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

use crate::problem::{Code, Problem};
use crate::retention::Held;

/// Far above what a durable write takes; past it the client is better told to try again.
const REQUEST_TIME: Duration = Duration::from_secs(10);

/// Seconds. From an answer out of memory to the time limit of a request; the targets (25 ms) are among the bounds.
const BUCKETS: [f64; 10] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5, 10.0];

/// Numbers about the server since its start.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    problems: Family<ProblemLabels, Counter>,
    seconds: Family<RouteLabels, Histogram, fn() -> Histogram>,
    /// Events taken into the log.
    pub(crate) events: Counter,
    retired: Counter,
    held: Family<HeldLabels, Gauge>,
    held_now: Mutex<BTreeMap<&'static str, Held>>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct HeldLabels {
    what: &'static str,
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    route: &'static str,
    method: &'static str,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ProblemLabels {
    code: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: &'static str,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// All numbers at nought.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("endcap");
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let metrics = Self {
            requests: Family::default(),
            problems: Family::default(),
            seconds: Family::new_with_constructor(histogram),
            events: Counter::default(),
            retired: Counter::default(),
            held: Family::default(),
            held_now: Mutex::default(),
            registry: Registry::default(),
        };
        registry.register(
            "requests",
            "Requests answered, by route, method and status",
            metrics.requests.clone(),
        );
        registry.register(
            "problems",
            "Problems answered, by code",
            metrics.problems.clone(),
        );
        registry.register(
            "request_seconds",
            "Time until the answer began, by route",
            metrics.seconds.clone(),
        );
        registry.register(
            "events",
            "Shoppers' events taken into the log",
            metrics.events.clone(),
        );
        registry.register(
            "retired_records",
            "Profiles that retention has removed or erased again",
            metrics.retired.clone(),
        );
        registry.register(
            "retention_held",
            "1 where nothing is deleted by age, by what is kept and why",
            metrics.held.clone(),
        );
        Self {
            registry,
            ..metrics
        }
    }

    /// All numbers in the text format of OpenMetrics.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// Counts records that retention has changed.
    pub fn retired(&self, records: u64) {
        self.retired.inc_by(records);
    }

    /// Says whether and why nothing of `what` is deleted by age, here and in `/health/ready`.
    pub fn hold(&self, what: &'static str, held: Option<Held>) {
        for code in Held::CODES {
            let on = held.is_some_and(|held| held.code() == code);
            let labels = HeldLabels { what, code };
            self.held.get_or_create(&labels).set(i64::from(on));
        }
        let mut now = self.held_now.lock().unwrap_or_else(PoisonError::into_inner);
        match held {
            Some(held) => now.insert(what, held),
            None => now.remove(what),
        };
    }

    /// The codes of why something is not deleted by age, each once.
    pub(crate) fn held(&self) -> Vec<&'static str> {
        let now = self.held_now.lock().unwrap_or_else(PoisonError::into_inner);
        let mut codes: Vec<_> = now.values().map(|held| held.code()).collect();
        codes.sort_unstable();
        codes.dedup();
        codes
    }

    fn answered(&self, route: &'static str, method: &Method, response: &Response, start: Instant) {
        let labels = RequestLabels {
            route,
            method: known(method),
            status: response.status().as_u16(),
        };
        self.requests.get_or_create(&labels).inc();
        let labels = RouteLabels { route };
        let seconds = start.elapsed().as_secs_f64();
        self.seconds.get_or_create(&labels).observe(seconds);
        if let Some(Code(code)) = response.extensions().get::<Code>() {
            self.problems.get_or_create(&ProblemLabels { code }).inc();
        }
    }
}

/// Answers with all numbers.
pub(crate) async fn metrics(State(metrics): State<Arc<Metrics>>) -> impl IntoResponse {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, metrics.text())
}

/// Counts and logs a request, gives it its place in the caller's trace, and answers for it if it takes too long or panics.
pub(crate) async fn observe(
    State(metrics): State<Arc<Metrics>>,
    request: Request,
    next: Next,
) -> Response {
    let start = Instant::now();
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.map_or("(files)", |route| named(route.as_str()));
    let trace = Trace::of(request.headers());
    // What a request has left behind is its own, or guarded by locks that are poisoned.
    let answer = AssertUnwindSafe(next.run(request)).catch_unwind();
    let mut response = match tokio::time::timeout(REQUEST_TIME, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(_)) => Problem::internal().into_response(),
        Err(_) => Problem::timeout().into_response(),
    };
    let nosniff = HeaderValue::from_static("nosniff");
    response
        .headers_mut()
        .insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
    metrics.answered(route, &method, &response, start);
    if let Some(trace) = &trace {
        response
            .headers_mut()
            .insert("traceresponse", trace.header());
    }
    tracing::info!(
        method = known(&method),
        route,
        status = response.status().as_u16(),
        code = response.extensions().get::<Code>().map(|code| code.0),
        ms = start.elapsed().as_secs_f64() * 1000.0,
        trace_id = trace.as_ref().map(|trace| trace.id.as_str()),
        span_id = trace.as_ref().map(|trace| trace.span.as_str()),
        parent_id = trace.as_ref().map(|trace| trace.parent.as_str()),
        "request"
    );
    response
}

/// The names of the API's routes, so that a request costs no copies of them.
const ROUTES: [&str; 11] = [
    "/v1/profiles/{id}/sync",
    "/v1/profiles/{id}",
    "/v1/link",
    "/v1/customer",
    "/v1/events",
    "/v1/manifest.json",
    "/v1/packs/{file}",
    "/v1/openapi.json",
    "/health/live",
    "/health/ready",
    "/demo/login",
];

/// Any other has been put beside the API by whoever runs the server.
fn named(route: &str) -> &'static str {
    let known = ROUTES.into_iter().find(|known| *known == route);
    known.unwrap_or("(other)")
}

/// A method that we know, so that nobody can make up labels.
fn known(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// The caller's trace (W3C Trace Context, level 1), and our own span in it.
///
/// A request without one gets none: a trace that nobody else knows explains nothing.
#[derive(Debug, PartialEq, Eq)]
struct Trace {
    id: String,
    parent: String,
    span: String,
    flags: String,
}

impl Trace {
    fn of(headers: &HeaderMap) -> Option<Self> {
        let mut values = headers.get_all("traceparent").iter();
        // Section 3.2: more than one is as good as none.
        let (Some(value), None) = (values.next(), values.next()) else {
            return None;
        };
        let mut parts = value.to_str().ok()?.split('-');
        let (version, id) = (parts.next()?, parts.next()?);
        let (parent, flags) = (parts.next()?, parts.next()?);
        // Later versions may append parts, version 00 may not, and there is no version ff.
        let ended = version != "00" || parts.next().is_none();
        let sound = hex(version, 2) && hex(id, 32) && hex(parent, 16) && hex(flags, 2);
        let nought = |text: &str| text.bytes().all(|digit| digit == b'0');
        if !ended || !sound || version == "ff" || nought(id) || nought(parent) {
            return None;
        }
        let mut random = [0; 8];
        getrandom::fill(&mut random).ok()?;
        let mut span = String::with_capacity(16);
        for byte in random {
            let _ = write!(span, "{byte:02x}");
        }
        Some(Self {
            id: id.to_owned(),
            parent: parent.to_owned(),
            span,
            flags: flags.to_owned(),
        })
    }

    fn header(&self) -> HeaderValue {
        let text = format!("00-{}-{}-{}", self.id, self.span, self.flags);
        // Hexadecimal digits always are a header.
        HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static(""))
    }
}

fn hex(text: &str, length: usize) -> bool {
    let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == length && text.bytes().all(digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

    fn trace(text: &str) -> Option<Trace> {
        let mut headers = HeaderMap::new();
        headers.insert("traceparent", text.parse().unwrap());
        Trace::of(&headers)
    }

    #[test]
    fn a_trace_goes_on_under_a_span_of_our_own() {
        let found = trace(&format!("00-{ID}-00f067aa0ba902b7-01")).unwrap();
        assert_eq!((found.id.as_str(), found.flags.as_str()), (ID, "01"));
        assert_ne!(found.span, found.parent);
        let header = found.header();
        let expected = format!("00-{ID}-{}-01", found.span);
        assert_eq!(header.to_str().unwrap(), expected);
        // A later version, of which the first four parts are read.
        assert!(trace(&format!("01-{ID}-00f067aa0ba902b7-01-more")).is_some());
    }

    #[test]
    fn what_is_no_trace_is_none() {
        let nought = "0".repeat(32);
        for bad in [
            "",
            "00",
            &format!("00-{ID}-00f067aa0ba902b7"),
            &format!("00-{ID}-00f067aa0ba902b7-01-more"),
            &format!("ff-{ID}-00f067aa0ba902b7-01"),
            &format!("00-{nought}-00f067aa0ba902b7-01"),
            &format!("00-{ID}-0000000000000000-01"),
            &format!("00-{}-00f067aa0ba902b7-01", ID.to_uppercase()),
            &format!("00-{ID}x-00f067aa0ba902b7-01"),
        ] {
            assert_eq!(trace(bad), None, "{bad}");
        }
    }
}
