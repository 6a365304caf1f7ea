//! Names and units of the properties.

use super::{Text, t};

/// A property of products.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Attribute {
    pub(in super::super) key: &'static str,
    pub(in super::super) name: Text,
    /// Written after the value with a space; empty for values that are words.
    pub(in super::super) unit: Text,
}

const fn word(key: &'static str, de: &'static str, en: &'static str) -> Attribute {
    measure(key, de, en, t("", ""))
}

const fn in_unit(
    key: &'static str,
    de: &'static str,
    en: &'static str,
    unit: &'static str,
) -> Attribute {
    measure(key, de, en, t(unit, unit))
}

const fn measure(key: &'static str, de: &'static str, en: &'static str, unit: Text) -> Attribute {
    Attribute {
        key,
        name: t(de, en),
        unit,
    }
}

/// The property called `key`.
pub(in super::super) fn attribute(key: &str) -> Option<&'static Attribute> {
    ATTRIBUTES.iter().find(|attribute| attribute.key == key)
}

const ATTRIBUTES: &[Attribute] = &[
    word("colour", "Farbe", "Colour"),
    word("material", "Material", "Material"),
    word("finish", "Oberfläche", "Finish"),
    word("shape", "Form", "Shape"),
    word("size", "Größe", "Size"),
    word("norm", "Norm", "Standard"),
    word("grade", "Werkstoff", "Grade"),
    word("thread", "Gewinde", "Thread"),
    word("drive", "Antrieb", "Drive"),
    word("connection", "Anschluss", "Connection"),
    word("mounting", "Montage", "Mounting"),
    word("operation", "Bedienung", "Operation"),
    word("mount", "Bajonett", "Lens mount"),
    word("sensor", "Sensor", "Sensor"),
    word("aperture", "Lichtstärke", "Aperture"),
    word("socket", "Fassung", "Socket"),
    word("protection", "Schutzart", "Protection class"),
    word("characteristic", "Charakteristik", "Characteristic"),
    word("programme", "Schalterprogramm", "Switch range"),
    word("gloss", "Glanzgrad", "Gloss level"),
    word("suited-for", "Geeignet für", "Suitable for"),
    word("scent", "Duft", "Scent"),
    word("stone", "Stein", "Stone"),
    word("fibre", "Faser", "Fibre"),
    word("grain", "Korn", "Grit"),
    word("dimmable", "Dimmbar", "Dimmable"),
    word("scope", "Lieferumfang", "Scope of delivery"),
    in_unit("dimensions", "Abmessungen", "Dimensions", "mm"),
    word("conductors", "Aderzahl", "Conductors"),
    measure("set-size", "Teile", "Pieces", t("-teilig", "-piece")),
    word("abrasion-class", "Nassabriebklasse", "Wet abrasion class"),
    word("coverage-class", "Deckkraftklasse", "Coverage class"),
    word("bag-material", "Außenmaterial", "Outer material"),
    word("bristles", "Borsten", "Bristles"),
    word("card-type", "Kartentyp", "Card type"),
    word("class", "Klasse", "Class"),
    word("coating", "Beschichtung", "Coating"),
    word("filter-type", "Filterart", "Filter type"),
    word("fuel", "Brennstoff", "Fuel"),
    word("function", "Ausführung", "Version"),
    word("glass", "Glas", "Glass"),
    word("grip", "Griff", "Handle"),
    word("guide-number", "Leitzahl", "Guide number"),
    word("handedness", "Händigkeit", "Handedness"),
    word("handle", "Griffart", "Handle type"),
    word("handle-material", "Stiel", "Shaft"),
    word("handle-shape", "Griffform", "Grip shape"),
    word("hose-size", "Schlauchgröße", "Hose size"),
    word("knife-type", "Messerart", "Knife type"),
    word("lid", "Deckel", "Lid"),
    word("light-colour", "Lichtfarbe", "Light colour"),
    word("motif", "Motiv", "Motif"),
    word("nib", "Federstärke", "Nib"),
    word("paper-size", "Format", "Paper size"),
    word("ruling", "Lineatur", "Ruling"),
    word("pile", "Flor", "Pile"),
    word("plant", "Pflanze", "Plant"),
    word("protection-vde", "Isolierung", "Insulation"),
    word("spout", "Auslauf", "Spout"),
    word("square-drive", "Vierkant", "Square drive"),
    word("strap", "Armband", "Strap"),
    word("tip", "Profil", "Tip"),
    word("waste", "Ablaufgarnitur", "Waste"),
    word("wood", "Holzart", "Wood"),
    in_unit("ring-size", "Ringgröße", "Ring size", "mm"),
    in_unit("zoom-range", "Brennweite", "Focal length", "mm"),
    in_unit(
        "breaking-capacity",
        "Schaltvermögen",
        "Breaking capacity",
        "kA",
    ),
    in_unit("sensitivity", "Bemessungsfehlerstrom", "Sensitivity", "mA"),
    in_unit("cut-diameter", "Schnittstärke", "Cutting capacity", "mm"),
    in_unit(
        "width-across-flats",
        "Schlüsselweite",
        "Width across flats",
        "mm",
    ),
    in_unit(
        "installation-length",
        "Einbaulänge",
        "Installation length",
        "mm",
    ),
    in_unit("dimensions-cm", "Abmessungen", "Dimensions", "cm"),
    in_unit("height-cm", "Höhe", "Height", "cm"),
    in_unit("lift", "Förderhöhe", "Delivery head", "m"),
    in_unit("teeth-per-inch", "Zahnung", "Toothing", "TPI"),
    measure("poles", "Pole", "Poles", t("-polig", "-pole")),
    measure("rows", "Reihen", "Rows", t("-reihig", "-row")),
    measure("teeth", "Zähne", "Teeth", t("Zähne", "teeth")),
    in_unit("length", "Länge", "Length", "mm"),
    in_unit("width", "Breite", "Width", "mm"),
    in_unit("height", "Höhe", "Height", "mm"),
    in_unit("depth", "Tiefe", "Depth", "mm"),
    in_unit("diameter", "Durchmesser", "Diameter", "mm"),
    in_unit("length-cm", "Länge", "Length", "cm"),
    in_unit("width-cm", "Breite", "Width", "cm"),
    in_unit("diameter-cm", "Durchmesser", "Diameter", "cm"),
    in_unit("length-m", "Länge", "Length", "m"),
    in_unit("voltage", "Spannung", "Voltage", "V"),
    in_unit("capacity-ah", "Akkukapazität", "Battery capacity", "Ah"),
    in_unit("power", "Leistung", "Power", "W"),
    in_unit("torque", "Drehmoment", "Torque", "Nm"),
    in_unit("impact", "Schlagenergie", "Impact energy", "J"),
    in_unit("current", "Nennstrom", "Rated current", "A"),
    in_unit("cross-section", "Querschnitt", "Cross-section", "mm²"),
    in_unit("luminous-flux", "Lichtstrom", "Luminous flux", "lm"),
    in_unit(
        "colour-temperature",
        "Farbtemperatur",
        "Colour temperature",
        "K",
    ),
    in_unit("volume", "Inhalt", "Volume", "l"),
    in_unit("volume-ml", "Inhalt", "Volume", "ml"),
    in_unit("weight", "Gewicht", "Weight", "kg"),
    in_unit("weight-g", "Gewicht", "Weight", "g"),
    in_unit("coverage", "Ergiebigkeit", "Coverage", "m²"),
    in_unit("pressure", "Druck", "Pressure", "bar"),
    in_unit("flow", "Förderleistung", "Flow rate", "l/h"),
    in_unit("focal-length", "Brennweite", "Focal length", "mm"),
    in_unit("filter-thread", "Filtergewinde", "Filter thread", "mm"),
    in_unit("resolution", "Auflösung", "Resolution", "MP"),
    in_unit("storage", "Speicher", "Storage", "GB"),
    in_unit("burn-time", "Brenndauer", "Burning time", "h"),
    in_unit("load", "Tragkraft", "Load capacity", "kg"),
    measure("pack", "Packungsinhalt", "Pack size", t("Stück", "pcs")),
    measure("gangs", "Fächer", "Gangs", t("-fach", "-gang")),
    measure(
        "seeds-for",
        "Reicht für",
        "Sufficient for",
        t("Pflanzen", "plants"),
    ),
];
