//! Pictures: a drawing, coloured by a paint, on the shop's light background.
//!
//! The drawings are SVG fragments on a 400 × 400 canvas under `drawings/`. They name gradients that
//! this module makes from the paint (`url(#b)` body across, `url(#v)` body downwards, `url(#s)` body
//! diagonal, `url(#r)` body as a sphere) or that are the same everywhere (steel, rubber, glass,
//! wood, the soft shadow), and the flat tones `@l @c @d @x` from light to deep.

mod drawings;
mod gradients;
mod paints;

use super::shop::Shop;
use super::table::Coat;

pub(super) use drawings::drawing;
pub(super) use paints::paint;

/// Which picture shows the article at `index`: drawing and paint.
pub(super) fn of_article(shop: &Shop, index: usize) -> (&'static str, &'static str) {
    let model = shop.model(index);
    let paint = match model.kind.coat {
        Coat::By(attribute) => shop.value(index, attribute).unwrap_or("grey"),
        Coat::Livery => model.brand.livery,
        Coat::Always(paint) => paint,
    };
    (model.drawing, paint)
}

/// Name of the file that holds a picture.
pub(super) fn file_name((drawing, paint): (&str, &str)) -> String {
    let paint: String = paint
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect();
    format!("{drawing}-{paint}.svg")
}

/// The whole SVG file of a picture; none when the drawing or the paint is unknown.
pub(super) fn render((name, key): (&str, &str)) -> Option<String> {
    let paint = paint(key)?;
    let body = drawing(name)?
        .trim()
        .replace("@l", &paint.light().to_string())
        .replace("@c", &paint.base().to_string())
        .replace("@d", &paint.dark().to_string())
        .replace("@x", &paint.deep().to_string());
    let gradients = gradients::used_by(&body, paint);
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 400 400\"><defs>{gradients}</defs>\
         <rect width=\"400\" height=\"400\" fill=\"url(#bg)\"/>{body}</svg>\n"
    ))
}
