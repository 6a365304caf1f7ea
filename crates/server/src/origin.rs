//! Origins of other pages that may call the API.

use std::str::FromStr;

use axum::http::{HeaderValue, Uri};

/// An origin as browsers send it: `https://shop.example`, with a port if it is not the usual one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(HeaderValue);

impl Origin {
    pub(crate) fn header(&self) -> HeaderValue {
        self.0.clone()
    }
}

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let wrong = || OriginError {
            got: text.to_owned(),
        };
        let uri: Uri = text.parse().map_err(|_| wrong())?;
        let (scheme, authority) = (uri.scheme_str(), uri.authority());
        let (Some(scheme @ ("http" | "https")), Some(authority)) = (scheme, authority) else {
            return Err(wrong());
        };
        // Written back, a path, a user or a capital letter shows; a browser would never send it.
        let origin = format!("{scheme}://{authority}").to_ascii_lowercase();
        if origin != text || authority.as_str().contains('@') {
            return Err(wrong());
        }
        Ok(Self(HeaderValue::from_str(text).map_err(|_| wrong())?))
    }
}

/// The text is no origin.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected an origin like https://shop.example or http://localhost:5173, got {got:?}: give scheme, host and port without a path; `*` is not taken"
)]
pub struct OriginError {
    /// What was given.
    pub got: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_what_a_browser_sends() {
        for good in [
            "https://shop.example",
            "http://localhost:5173",
            "http://[::1]:8080",
        ] {
            assert!(good.parse::<Origin>().is_ok(), "{good}");
        }
        for bad in [
            "*",
            "null",
            "",
            "shop.example",
            "https://shop.example/",
            "https://shop.example/cart",
            "https://Shop.example",
            "https://me@shop.example",
            "ftp://shop.example",
            "https://shop.example?x",
        ] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
    }
}
