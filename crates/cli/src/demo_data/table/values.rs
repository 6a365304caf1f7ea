//! Words that properties take as values, with what they do to the price.
//!
//! A value that is not listed (`M8`, `A2`, `230`) is written alike in both languages.

use super::{Text, t};

/// A value with a name in each language.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Value {
    pub(in super::super) key: &'static str,
    pub(in super::super) text: Text,
    /// Multiplies the price.
    pub(in super::super) factor: f64,
}

/// The value called `key`, if it is a word.
pub(in super::super) fn value(key: &str) -> Option<&'static Value> {
    VALUES.iter().find(|value| value.key == key)
}

const fn v(key: &'static str, de: &'static str, en: &'static str, factor: f64) -> Value {
    Value {
        key,
        text: t(de, en),
        factor,
    }
}

const VALUES: &[Value] = &[
    // Colours and finishes.
    v("chrome", "Chrom", "Chrome", 1.0),
    v("matt-black", "Schwarz matt", "Matt black", 1.28),
    v(
        "brushed-steel",
        "Edelstahl gebürstet",
        "Brushed steel",
        1.25,
    ),
    v("brushed-brass", "Messing gebürstet", "Brushed brass", 1.45),
    v("gold-polished", "Gold poliert", "Polished gold", 1.7),
    v("copper", "Kupfer", "Copper", 1.3),
    v("white", "Weiß", "White", 1.0),
    v("matt-white", "Weiß matt", "Matt white", 1.12),
    v("cream", "Creme", "Cream", 1.0),
    v("beige", "Beige", "Beige", 1.0),
    v("sand", "Sand", "Sand", 1.0),
    v("grey", "Grau", "Grey", 1.0),
    v("light-grey", "Lichtgrau", "Light grey", 1.0),
    v("anthracite", "Anthrazit", "Anthracite", 1.08),
    v("black", "Schwarz", "Black", 1.0),
    v("brown", "Braun", "Brown", 1.0),
    v("cognac", "Cognac", "Cognac", 1.1),
    v("terracotta", "Terrakotta", "Terracotta", 1.0),
    v("red", "Rot", "Red", 1.0),
    v("bordeaux", "Bordeaux", "Burgundy", 1.0),
    v("orange", "Orange", "Orange", 1.0),
    v("yellow", "Gelb", "Yellow", 1.0),
    v("mustard", "Senfgelb", "Mustard", 1.0),
    v("green", "Grün", "Green", 1.0),
    v("olive", "Oliv", "Olive", 1.0),
    v("sage", "Salbei", "Sage", 1.0),
    v("mint", "Mint", "Mint", 1.0),
    v("turquoise", "Türkis", "Turquoise", 1.0),
    v("petrol", "Petrol", "Teal", 1.0),
    v("blue", "Blau", "Blue", 1.0),
    v("light-blue", "Hellblau", "Light blue", 1.0),
    v("navy", "Marine", "Navy", 1.0),
    v("purple", "Lila", "Purple", 1.0),
    v("lavender", "Flieder", "Lilac", 1.0),
    v("pink", "Pink", "Pink", 1.0),
    v("rose", "Rosé", "Rose", 1.0),
    v("silver", "Silber", "Silver", 1.0),
    v("green-yellow", "Grün-Gelb", "Green-yellow", 1.0),
    v("transparent", "Transparent", "Clear", 1.0),
    // Metals and other materials.
    v("zinc", "Stahl verzinkt", "Zinc-plated steel", 1.0),
    v("steel-plain", "Stahl blank", "Plain steel", 0.8),
    v("hot-dip", "Feuerverzinkt", "Hot-dip galvanised", 1.35),
    v("stainless", "Edelstahl", "Stainless steel", 1.4),
    v("brass", "Messing", "Brass", 1.4),
    v("nylon", "Nylon", "Nylon", 0.8),
    v("plastic", "Kunststoff", "Plastic", 0.7),
    v("ceramic", "Keramik", "Ceramic", 1.0),
    v("mineral-cast", "Mineralguss", "Mineral cast", 1.5),
    v("acrylic", "Acryl", "Acrylic", 1.0),
    v("steel-enamel", "Stahl-Email", "Enamelled steel", 1.35),
    v("glass", "Glas", "Glass", 1.15),
    v("wood-oak", "Eiche", "Oak", 1.2),
    v("wood-beech", "Buche", "Beech", 1.0),
    v("leather", "Leder", "Leather", 1.5),
    v("canvas", "Canvas", "Canvas", 1.1),
    v("silver-925", "925er Silber", "Sterling silver", 1.0),
    v("gold-585", "585er Gold", "14 ct gold", 4.2),
    v("gold-plated", "Vergoldet", "Gold-plated", 1.15),
    v(
        "rose-gold-plated",
        "Rosé vergoldet",
        "Rose gold-plated",
        1.18,
    ),
    v("aluminium", "Aluminium", "Aluminium", 1.0),
    v("carbon", "Carbon", "Carbon fibre", 1.8),
    v("cotton", "Baumwolle", "Cotton", 0.8),
    v("wool", "Wolle", "Wool", 1.2),
    v("merino", "Merinowolle", "Merino wool", 1.5),
    v("cashmere", "Kaschmir", "Cashmere", 2.6),
    v("silk", "Seide", "Silk", 1.9),
    v("a2", "A2", "A2", 2.0),
    v("A2", "Edelstahl A2", "Stainless steel A2", 2.0),
    v("A4", "Edelstahl A4", "Stainless steel A4", 2.9),
    v("8.8", "Stahl 8.8 verzinkt", "Steel 8.8 zinc-plated", 1.0),
    v("10.9", "Stahl 10.9 schwarz", "Steel 10.9 black", 1.25),
    // Shapes, functions and scopes.
    v("round", "Rund", "Round", 1.0),
    v("oval", "Oval", "Oval", 1.05),
    v("square", "Eckig", "Square", 1.05),
    v("single-lever", "Einhebel", "Single lever", 1.0),
    v("two-handle", "Zweigriff", "Two handles", 1.15),
    v("sensor", "Sensor", "Sensor", 1.9),
    v("wall", "Wandmontage", "Wall-mounted", 1.0),
    v("countertop", "Aufsatzmontage", "Countertop", 1.0),
    v("built-in", "Unterbau", "Built-in", 1.0),
    v("freestanding", "Freistehend", "Freestanding", 1.8),
    v("solo", "ohne Akku", "bare tool", 0.55),
    v("set-2x4", "2 × 4,0 Ah, L-Koffer", "2 × 4.0 Ah, case", 1.15),
    v("set-2x5", "2 × 5,5 Ah, L-Koffer", "2 × 5.5 Ah, case", 1.35),
    v("hex", "Sechskant", "Hexagon", 1.0),
    v("hex-socket", "Innensechskant", "Hexagon socket", 1.0),
    v("torx", "Innensechsrund (T)", "Hexalobular (T)", 1.0),
    v("cross", "Kreuzschlitz PZ", "Pozi recess (PZ)", 0.95),
    v("full-frame", "Vollformat", "Full frame", 1.9),
    v("aps-c", "APS-C", "APS-C", 1.0),
    v("four-thirds", "Four Thirds", "Four Thirds", 0.9),
    v("yes", "Ja", "Yes", 1.1),
    v("no", "Nein", "No", 1.0),
    // Stones and scents.
    v("zirconia", "Zirkonia", "Cubic zirconia", 1.0),
    v("pearl", "Süßwasserperle", "Freshwater pearl", 1.3),
    v("amethyst", "Amethyst", "Amethyst", 1.4),
    v("topaz", "Blautopas", "Blue topaz", 1.5),
    v("diamond", "Diamant", "Diamond", 3.5),
    v("no-stone", "ohne Stein", "no stone", 0.85),
    v("vanilla", "Vanille", "Vanilla", 1.0),
    v("fig", "Feige", "Fig", 1.05),
    v("sandalwood", "Sandelholz", "Sandalwood", 1.1),
    v("sea-salt", "Meersalz", "Sea salt", 1.05),
    v("lavender-scent", "Lavendel", "Lavender", 1.0),
    v("cinnamon", "Zimt & Orange", "Cinnamon & orange", 1.0),
    v("unscented", "ohne Duft", "unscented", 0.85),
];
