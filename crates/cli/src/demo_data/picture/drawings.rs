//! The drawings by name.

/// The SVG fragment called `name`.
pub(in super::super) fn drawing(name: &str) -> Option<&'static str> {
    DRAWINGS
        .binary_search_by_key(&name, |(key, _)| key)
        .ok()
        .map(|at| DRAWINGS[at].1)
}

macro_rules! drawings {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("drawings/", $name, ".svg")))),*]
    };
}

/// Sorted by name.
const DRAWINGS: &[(&str, &str)] = drawings! {
    "basin-tap"
    "basin-tap-arc"
    "bathtub"
    "battery-pack"
    "bit-set"
    "camera"
    "camera-bag"
    "candle-glass"
    "cartridge"
    "charger"
    "cordless-drill"
    "flexible-hose"
    "hand-shower"
    "lens"
    "nut"
    "ring"
    "scarf"
    "screw-countersunk"
    "screw-hex"
    "siphon"
    "wall-plug"
    "washer"
};
