//! Sentences that fit any product of a guild.

use super::dice::fingerprint;
use super::shop::ModelRecord;
use super::table::{Guild, Text, t};
use super::wording::Language;

/// One sentence of praise, always the same one for a model.
pub(super) fn praise(model: &ModelRecord, language: Language) -> &'static str {
    let sentences = sentences(model.kind.guild);
    let choice =
        fingerprint(&model.name) ^ fingerprint(model.brand.name) ^ fingerprint(model.kind.path);
    language.of(sentences[(choice % sentences.len() as u64) as usize])
}

fn sentences(guild: Guild) -> &'static [Text] {
    match guild {
        Guild::Bath | Guild::Plumbing => SANITARY,
        Guild::Fasteners => FASTENERS,
        Guild::PowerTools | Guild::HandTools | Guild::Garden => TOOLS,
        Guild::Electrical | Guild::Lighting => ELECTRICAL,
        Guild::Paint => PAINT,
        Guild::Photo => PHOTO,
        Guild::Jewellery | Guild::Home | Guild::Textiles => GIFTS,
        Guild::Kitchen => KITCHEN,
    }
}

const SANITARY: &[Text] = &[
    t(
        "Leicht zu reinigen und unempfindlich gegen Kalk.",
        "Easy to clean and unimpressed by limescale.",
    ),
    t(
        "Montagematerial und bebilderte Anleitung liegen bei.",
        "Fixings and illustrated instructions included.",
    ),
    t(
        "Fünf Jahre Ersatzteilgarantie des Herstellers.",
        "Spare parts guaranteed by the maker for five years.",
    ),
    t(
        "Geprüft nach den geltenden Trinkwasservorschriften.",
        "Tested to current drinking water regulations.",
    ),
];
const FASTENERS: &[Text] = &[
    t(
        "Gratfrei, maßhaltig und chargengeprüft.",
        "Free of burrs, true to size, tested by batch.",
    ),
    t(
        "Im stapelbaren Karton mit lesbarem Etikett.",
        "In a stackable carton with a legible label.",
    ),
    t(
        "Bewährt in Metallbau, Zimmerei und Montage.",
        "Proven in metalwork, carpentry and assembly.",
    ),
];
const TOOLS: &[Text] = &[
    t(
        "Liegt ausgewogen in der Hand, auch bei langen Einsätzen.",
        "Well balanced in the hand, even on long jobs.",
    ),
    t(
        "Robust gebaut für den täglichen Gebrauch.",
        "Built sturdily for everyday use.",
    ),
    t(
        "Alle Verschleißteile sind einzeln erhältlich.",
        "All wearing parts are available separately.",
    ),
    t(
        "Drei Jahre Garantie nach Registrierung.",
        "Three-year warranty after registration.",
    ),
];
const ELECTRICAL: &[Text] = &[
    t(
        "Schnell verdrahtet dank Steckklemmen.",
        "Quickly wired thanks to push-in terminals.",
    ),
    t(
        "Für Neubau und Renovierung gleichermaßen geeignet.",
        "Suited to new buildings and renovation alike.",
    ),
    t(
        "Sparsam im Betrieb und wartungsfrei.",
        "Economical in use and maintenance-free.",
    ),
];
const PAINT: &[Text] = &[
    t(
        "Tropft kaum, deckt gut und riecht wenig.",
        "Hardly drips, covers well and smells little.",
    ),
    t(
        "Trocken nach zwei Stunden, überstreichbar nach sechs.",
        "Dry after two hours, recoatable after six.",
    ),
    t(
        "Für innen und außen, lösemittelfrei.",
        "For indoors and outdoors, solvent-free.",
    ),
];
const PHOTO: &[Text] = &[
    t(
        "Gegen Staub und Spritzwasser abgedichtet.",
        "Sealed against dust and splashes.",
    ),
    t(
        "Gemacht für lange Tage unterwegs.",
        "Made for long days on the road.",
    ),
    t(
        "Sicher verpackt mit zwei Jahren Garantie.",
        "Safely packed, with a two-year warranty.",
    ),
];
const GIFTS: &[Text] = &[
    t(
        "Kommt in einer Geschenkverpackung mit Grußkarte.",
        "Comes gift-wrapped with a greeting card.",
    ),
    t("In kleinen Serien gefertigt.", "Made in small batches."),
    t(
        "Ein Geschenk, das in Erinnerung bleibt.",
        "A present to remember.",
    ),
    t(
        "Nachhaltig verpackt, ganz ohne Plastik.",
        "Sustainably packed without any plastic.",
    ),
];
const KITCHEN: &[Text] = &[
    t(
        "Spülmaschinengeeignet und für alle Herdarten.",
        "Dishwasher-safe and suitable for all hobs.",
    ),
    t(
        "Ein treuer Begleiter für jeden Tag.",
        "A faithful companion for every day.",
    ),
    t(
        "Schlicht gestaltet und leicht zu pflegen.",
        "Simple in design and easy to care for.",
    ),
];
