//! Names that makers give to their models.

/// A list of model names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Series {
    Plain,
    Bath,
    Home,
    Jewellery,
    Textiles,
    Outdoor,
    Technical,
}

impl Series {
    /// The names, in no particular order.
    pub(in super::super) fn names(self) -> &'static [&'static str] {
        match self {
            Self::Plain => PLAIN,
            Self::Bath => BATH,
            Self::Home => HOME,
            Self::Jewellery => JEWELLERY,
            Self::Textiles => TEXTILES,
            Self::Outdoor => OUTDOOR,
            Self::Technical => TECHNICAL,
        }
    }
}

const PLAIN: &[&str] = &[
    "Basic", "Classic", "Comfort", "Plus", "Pro", "Select", "Start", "Top", "Uno", "Duo", "Trend",
    "Prime", "Solid", "Easy", "Expert", "Works", "Line 100", "Line 200", "Line 300", "Compact",
];
const BATH: &[&str] = &[
    "Linea",
    "Onda",
    "Cubo",
    "Tura",
    "Mirea",
    "Vento",
    "Pura",
    "Solea",
    "Arco",
    "Fjord",
    "Lago",
    "Riva",
    "Tavia Due",
    "Nova Due",
    "Piano",
    "Alto",
    "Sento",
    "Volta",
    "Brisa",
    "Kanto",
    "Delta S",
    "Rondo",
    "Quadra",
    "Isola",
    "Stilo",
    "Aqua 30",
    "Aqua 50",
    "Marea",
    "Tondo",
    "Ciela",
];
const HOME: &[&str] = &[
    "Hygge",
    "Nordlys",
    "Lina",
    "Alma",
    "Frida",
    "Malmö",
    "Sommer",
    "Winterabend",
    "Morgentau",
    "Abendrot",
    "Provence",
    "Toskana",
    "Juna",
    "Elin",
    "Svea",
    "Mila",
    "Oslo",
    "Bergen",
    "Luna",
    "Stella",
    "Amelie",
    "Rosalie",
    "Vintage",
    "Atelier",
    "Studio",
    "Landhaus",
];
const JEWELLERY: &[&str] = &[
    "Aurora",
    "Celeste",
    "Stella",
    "Luna",
    "Fiore",
    "Infinity",
    "Amara",
    "Elara",
    "Seraphine",
    "Noemi",
    "Ophelia",
    "Cassiopeia",
    "Rivière",
    "Petite",
    "Eternal",
    "Dolce",
    "Solitaire",
    "Lyra",
    "Vega",
    "Mirabelle",
    "Isolde",
    "Thalia",
    "Allegra",
    "Bellis",
    "Margarite",
];
const TEXTILES: &[&str] = &[
    "Nordkap", "Schären", "Alpen", "Flanell", "Paisley", "Aland", "Skye", "Isla", "Milano",
    "Firenze", "Capri", "Mareike", "Svenja", "Tilda", "Linnea", "Ronja", "Moor", "Heide", "Küste",
    "Deich", "Wolke", "Feder", "Kaskade", "Origami",
];
const OUTDOOR: &[&str] = &[
    "Wiese", "Allround", "Profi", "Ergo", "Compact", "Max", "Rapid", "Terra", "Flora", "Silva",
    "Hortus", "Vario", "Komfort", "Akkord", "Robust", "Saison", "Bosco", "Rustica", "Natura",
    "Botanica",
];
const TECHNICAL: &[&str] = &[
    "100", "120", "150", "200", "220", "250", "300", "320", "350", "400", "450", "500", "550",
    "600", "700", "750", "800", "900", "1000", "1200", "1500", "2000",
];
