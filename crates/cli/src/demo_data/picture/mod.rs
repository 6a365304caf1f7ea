//! Pictures: a drawing, coloured by a paint, on the shop's light background.
//!
//! The drawings are SVG fragments on a 400 × 400 canvas under `drawings/`. They name gradients that
//! this module makes from the paint (`url(#b)` body across, `url(#v)` body downwards, `url(#s)` body
//! diagonal, `url(#r)` body as a sphere) or that are the same everywhere (steel, rubber, glass,
//! wood, the soft shadow), and the flat tones `@l @c @d @x` from light to deep. What stands in a
//! `<g class="trim">` is painted in the tones `@1 @2 @3` of a second paint, and left out without one.

mod drawings;
mod gradients;
mod paints;

use super::price;
use super::shop::Shop;
use super::table::Coat;

use drawings::drawing;
use paints::paint;

/// What a picture shows; articles that look alike share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Picture {
    drawing: &'static str,
    paint: &'static str,
    trim: Option<&'static str>,
}

impl Picture {
    /// The picture of the article at `index`.
    pub(super) fn of(shop: &Shop, index: usize) -> Self {
        let model = shop.model(index);
        let paint = match model.kind.coat {
            Coat::By(attribute) => shop.value(index, attribute).unwrap_or("grey"),
            Coat::Livery => model.brand.livery,
            Coat::Always(paint) => paint,
        };
        let trim = model
            .kind
            .trim
            .and_then(|attribute| shop.value(index, attribute));
        Self {
            drawing: slender(shop, index).unwrap_or(model.drawing),
            paint,
            trim: trim.filter(|trim| paints::paint(trim).is_some()),
        }
    }

    /// The name of the drawing.
    #[cfg(test)]
    pub(super) fn drawing(&self) -> &'static str {
        self.drawing
    }

    /// Name of the file that holds the picture.
    pub(super) fn file_name(&self) -> String {
        let parts = [Some(self.drawing), Some(self.paint), self.trim];
        let name = parts.into_iter().flatten().collect::<Vec<_>>().join("-");
        let safe = name.chars().map(|c| match c {
            'a'..='z' | '0'..='9' => c,
            'A'..='Z' => c.to_ascii_lowercase(),
            _ => '-',
        });
        format!("{}.svg", safe.collect::<String>())
    }

    /// The whole SVG file; none when the drawing or the paint is unknown.
    pub(super) fn render(&self) -> Option<String> {
        let coat = paint(self.paint)?;
        let drawing = drawing(self.drawing)?.trim();
        let body = match self.trim.and_then(paint) {
            Some(trim) => drawing
                .replace("@1", &trim.light().to_string())
                .replace("@2", &trim.base().to_string())
                .replace("@3", &trim.dark().to_string()),
            None => without_trim(drawing),
        };
        let body = body
            .replace("@l", &coat.light().to_string())
            .replace("@c", &coat.base().to_string())
            .replace("@d", &coat.dark().to_string())
            .replace("@x", &coat.deep().to_string());
        let gradients = gradients::used_by(&body, coat);
        Some(format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 400\"><defs>{gradients}</defs>\
             <rect width=\"400\" height=\"400\" fill=\"url(#bg)\"/>{body}</svg>\n"
        ))
    }
}

/// The drawings of a kind with a proportion run from stubby to slender: the one that fits.
fn slender(shop: &Shop, index: usize) -> Option<&'static str> {
    let kind = shop.model(index).kind;
    let fit = kind.fit?;
    let number = |key| shop.value(index, key).and_then(price::number);
    let ratio = number(fit.of)? / number(fit.by)?;
    let place = libm::log(ratio / fit.low) / libm::log(fit.high / fit.low);
    let last = kind.drawings.len() - 1;
    let step = (place * kind.drawings.len() as f64).clamp(0.0, last as f64);
    Some(kind.drawings[step as usize])
}

/// Trims hold no groups of their own, so the first closing tag ends them.
fn without_trim(drawing: &str) -> String {
    let mut rest = drawing;
    let mut kept = String::new();
    while let Some((before, after)) = rest.split_once("<g class=\"trim\">") {
        kept.push_str(before);
        rest = after.split_once("</g>").map_or("", |(_, after)| after);
    }
    kept + rest
}
