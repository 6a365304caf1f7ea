//! The gradients that drawings refer to.

use super::paints::{Finish, Paint, Rgb};

/// Direction of a gradient in the bounding box of a shape.
#[derive(Clone, Copy)]
enum Way {
    Across,
    Down,
    Diagonal,
    Sphere,
}

/// Name, direction, stops: offset in percent, colour, opacity in percent.
type Fixed = (&'static str, Way, &'static [(u32, &'static str, u32)]);

/// Gradients that look alike in every picture.
const FIXED: &[Fixed] = &[
    (
        "bg",
        Way::Down,
        &[
            (0, "#fafbfc", 100),
            (62, "#f1f3f6", 100),
            (100, "#e4e8ee", 100),
        ],
    ),
    (
        "st",
        Way::Across,
        &[
            (0, "#8d959f", 100),
            (18, "#e9edf1", 100),
            (34, "#ffffff", 100),
            (52, "#b9c0c9", 100),
            (78, "#7f8892", 100),
            (100, "#c3c9d1", 100),
        ],
    ),
    (
        "sv",
        Way::Down,
        &[
            (0, "#f6f8fa", 100),
            (30, "#d4dae1", 100),
            (62, "#99a2ad", 100),
            (100, "#c9cfd6", 100),
        ],
    ),
    (
        "w",
        Way::Across,
        &[
            (0, "#dfe4ea", 100),
            (25, "#ffffff", 100),
            (62, "#f5f7f9", 100),
            (100, "#ccd3dc", 100),
        ],
    ),
    (
        "wv",
        Way::Down,
        &[
            (0, "#ffffff", 100),
            (55, "#f3f5f8", 100),
            (100, "#cfd6de", 100),
        ],
    ),
    (
        "k",
        Way::Across,
        &[
            (0, "#1d2126", 100),
            (28, "#565d66", 100),
            (58, "#2e3339", 100),
            (100, "#15181b", 100),
        ],
    ),
    (
        "kv",
        Way::Down,
        &[
            (0, "#59616b", 100),
            (40, "#31363d", 100),
            (100, "#171a1e", 100),
        ],
    ),
    (
        "gd",
        Way::Diagonal,
        &[
            (0, "#fff2bf", 100),
            (35, "#e9bd55", 100),
            (70, "#b9822a", 100),
            (100, "#f0cd78", 100),
        ],
    ),
    (
        "wd",
        Way::Down,
        &[
            (0, "#e3b98a", 100),
            (50, "#c8935c", 100),
            (100, "#9c6a38", 100),
        ],
    ),
    (
        "wa",
        Way::Across,
        &[
            (0, "#b27d48", 100),
            (30, "#e2b98b", 100),
            (65, "#c9955e", 100),
            (100, "#8f5f31", 100),
        ],
    ),
    (
        "gl",
        Way::Diagonal,
        &[
            (0, "#ffffff", 85),
            (45, "#dbe8f2", 45),
            (100, "#a9c1d3", 60),
        ],
    ),
    ("hi", Way::Down, &[(0, "#ffffff", 75), (100, "#ffffff", 0)]),
    ("lo", Way::Down, &[(0, "#0c1420", 0), (100, "#0c1420", 38)]),
    (
        "fl",
        Way::Down,
        &[
            (0, "#fff6c9", 100),
            (45, "#ffc94d", 100),
            (100, "#f0822b", 100),
        ],
    ),
    (
        "gw",
        Way::Sphere,
        &[(0, "#fff3bf", 95), (55, "#ffe79a", 40), (100, "#ffe79a", 0)],
    ),
    (
        "ln",
        Way::Sphere,
        &[
            (0, "#c9b6f5", 100),
            (30, "#5f6fb8", 100),
            (65, "#20284f", 100),
            (100, "#0a0d1c", 100),
        ],
    ),
    (
        "gr",
        Way::Down,
        &[
            (0, "#9ccb6a", 100),
            (55, "#5f9f3c", 100),
            (100, "#3c7427", 100),
        ],
    ),
    (
        "so",
        Way::Down,
        &[(0, "#7a5637", 100), (100, "#4a3220", 100)],
    ),
    ("wt", Way::Down, &[(0, "#cfeefb", 90), (100, "#5fb4dc", 85)]),
];

/// Definitions of the gradients that `body` mentions, and of the background.
pub(super) fn used_by(body: &str, paint: &Paint) -> String {
    let used = |name: &str| name == "bg" || body.contains(&format!("url(#{name})"));
    let mut defs = String::new();
    if used("sh") {
        // A gradient instead of a blur: hundreds of tiles have to paint quickly.
        defs.push_str(
            "<radialGradient id=\"sh\"><stop offset=\"0\" stop-color=\"#1a2433\" stop-opacity=\".42\"/>\
             <stop offset=\".55\" stop-color=\"#1a2433\" stop-opacity=\".16\"/>\
             <stop offset=\"1\" stop-color=\"#1a2433\" stop-opacity=\"0\"/></radialGradient>",
        );
    }
    for (name, way, stops) in FIXED.iter().filter(|(name, ..)| used(name)) {
        let stops = stops
            .iter()
            .map(|&(at, colour, opacity)| stop(at, colour, opacity));
        defs.push_str(&gradient(name, *way, &stops.collect::<String>()));
    }
    for (name, way) in [
        ("b", Way::Across),
        ("v", Way::Down),
        ("s", Way::Diagonal),
        ("r", Way::Sphere),
    ] {
        if used(name) {
            let stops = stops(paint, way).into_iter();
            let stops = stops.map(|(at, colour)| stop(at, &colour.to_string(), 100));
            defs.push_str(&gradient(name, way, &stops.collect::<String>()));
        }
    }
    defs
}

fn stops(paint: &Paint, way: Way) -> Vec<(u32, Rgb)> {
    let (light, base, dark, deep) = (paint.light(), paint.base(), paint.dark(), paint.deep());
    let shine = light.mix(Rgb::WHITE, 55);
    match (paint.finish, way) {
        (_, Way::Sphere) => vec![(0, shine), (35, light), (70, base), (100, dark)],
        (Finish::Metal, Way::Across) => vec![
            (0, dark),
            (14, base),
            (30, shine),
            (44, light),
            (60, base),
            (82, deep),
            (92, dark),
            (100, base),
        ],
        (Finish::Metal, Way::Down) => vec![
            (0, shine),
            (24, light),
            (52, base),
            (74, deep),
            (88, dark),
            (100, light),
        ],
        (Finish::Metal, Way::Diagonal) => vec![
            (0, shine),
            (30, light),
            (52, base),
            (72, dark),
            (86, base),
            (100, light),
        ],
        (Finish::Gloss, Way::Across) => vec![
            (0, base.mix(dark, 40)),
            (22, light),
            (36, light.mix(shine, 50)),
            (56, base),
            (100, dark),
        ],
        (Finish::Gloss, _) => vec![
            (0, light.mix(shine, 30)),
            (38, base.mix(light, 40)),
            (68, base),
            (100, dark),
        ],
        (Finish::Matt, Way::Across) => vec![
            (0, base.mix(dark, 45)),
            (30, light),
            (60, base),
            (100, dark),
        ],
        (Finish::Matt, _) => vec![(0, light), (50, base), (100, base.mix(dark, 75))],
    }
}

fn stop(at: u32, colour: &str, opacity: u32) -> String {
    let offset = if at == 100 {
        "1".to_owned()
    } else {
        format!(".{at:02}")
    };
    match opacity {
        100 => format!("<stop offset=\"{offset}\" stop-color=\"{colour}\"/>"),
        _ => format!(
            "<stop offset=\"{offset}\" stop-color=\"{colour}\" stop-opacity=\".{opacity:02}\"/>"
        ),
    }
}

fn gradient(name: &str, way: Way, stops: &str) -> String {
    match way {
        Way::Across => format!("<linearGradient id=\"{name}\">{stops}</linearGradient>"),
        Way::Down => {
            format!("<linearGradient id=\"{name}\" x2=\"0\" y2=\"1\">{stops}</linearGradient>")
        }
        Way::Diagonal => {
            format!("<linearGradient id=\"{name}\" x2=\"1\" y2=\"1\">{stops}</linearGradient>")
        }
        Way::Sphere => format!(
            "<radialGradient id=\"{name}\" cx=\".36\" cy=\".3\" r=\".8\">{stops}</radialGradient>"
        ),
    }
}
