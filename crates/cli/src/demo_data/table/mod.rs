//! What the shop sells: the tables behind the generator, one file per department.
//!
//! Nothing here is random. A [`Kind`] says how products of one sort are named, measured, priced and
//! drawn; the generator draws brands, models and variants from it.

mod anchors;
mod attributes;
mod bath;
mod brands;
mod categories;
mod electrical;
mod everyday;
mod fasteners;
mod garden;
mod gifts;
mod hand_tools;
mod home;
mod kitchen;
mod lighting;
mod paint;
mod personas;
mod photo;
mod plumbing;
mod power_tools;
mod series;
mod values;

pub(super) use attributes::attribute;
pub(super) use brands::{BRANDS, Brand};
pub(super) use categories::category;
pub(super) use everyday::{EVERYDAY, Everyday};
pub(super) use personas::{PERSONAS, Persona};
pub(super) use series::Series;
pub(super) use values::value;

/// A text in the two languages of the shop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) de: &'static str,
    pub(super) en: &'static str,
}

/// A text in German and English.
pub(super) const fn t(de: &'static str, en: &'static str) -> Text {
    Text { de, en }
}

/// Who makes a kind of product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guild {
    Bath,
    Plumbing,
    Fasteners,
    PowerTools,
    HandTools,
    Electrical,
    Lighting,
    Paint,
    Garden,
    Photo,
    Jewellery,
    Home,
    Textiles,
    Kitchen,
}

/// One property in which products of a kind differ.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// Key of the attribute.
    pub(super) attribute: &'static str,
    /// Value keys, separated by spaces, in the order a shop would list them.
    pub(super) values: &'static str,
    /// Exponent of the price in the value's number: 0 means that size does not matter.
    pub(super) growth: f64,
}

/// A property that does not change the price by its number.
pub(super) const fn axis(attribute: &'static str, values: &'static str) -> Axis {
    sized(attribute, values, 0.0)
}

/// A property whose number drives the price.
pub(super) const fn sized(attribute: &'static str, values: &'static str, growth: f64) -> Axis {
    Axis {
        attribute,
        values,
        growth,
    }
}

/// How a model gets its name.
#[derive(Clone, Copy, Debug)]
pub(super) enum Model {
    /// The product is known by its measures alone.
    Nameless,
    /// A name from a list.
    Named(Series),
    /// A designation: `^` is the brand's letter, `#` a digit, `{attribute}` the bare value.
    Code(&'static str),
}

/// What a picture is coloured by.
#[derive(Clone, Copy, Debug)]
pub(super) enum Coat {
    /// The value of this attribute.
    By(&'static str),
    /// The colour of the brand.
    Livery,
    /// Always the same.
    Always(&'static str),
}

/// How prices fall with the quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bulk {
    /// One price.
    Single,
    /// What is bought by the handful: 5, 20.
    Few,
    /// What trade buys by the box: 10, 50, 100.
    Trade,
}

/// Products of another kind that go with a product.
#[derive(Clone, Copy, Debug)]
pub(super) struct Link {
    /// Category path of the other kind.
    pub(super) to: &'static str,
    /// Attributes (or `brand`) in which both must agree.
    pub(super) same: &'static [&'static str],
}

/// A link to any product below `to`.
pub(super) const fn any(to: &'static str) -> Link {
    Link { to, same: &[] }
}

/// A link to products below `to` that agree in `same`.
pub(super) const fn same(to: &'static str, same: &'static [&'static str]) -> Link {
    Link { to, same }
}

/// Keeps absurd variants out: `of / by` must lie in `low..=high`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    pub(super) of: &'static str,
    pub(super) by: &'static str,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// One sort of product.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kind {
    /// Category path as stable keys, root to leaf.
    pub(super) path: &'static str,
    /// Name of the leaf category.
    pub(super) leaf: Text,
    /// What a single product is called.
    pub(super) noun: Text,
    pub(super) guild: Guild,
    /// Relative number of products.
    pub(super) share: u32,
    /// Usual price of the middle variant in cents, lowest and highest model.
    pub(super) price: (u32, u32),
    pub(super) model: Model,
    /// Pattern of the title: `{brand}`, `{model}`, `{noun}`, `{attribute}` with and `{attribute#}`
    /// without unit.
    pub(super) title: &'static str,
    /// First sentence of the description.
    pub(super) blurb: Text,
    /// Properties of a model, shared by its variants.
    pub(super) facts: &'static [Axis],
    /// Properties that tell the variants of one model apart.
    pub(super) variants: &'static [Axis],
    pub(super) fit: Option<Fit>,
    pub(super) coat: Coat,
    /// Attribute whose value paints the trim, such as the stone of a ring.
    pub(super) trim: Option<&'static str>,
    /// Drawings that show it; a model takes one of them, or with a `fit` the one of its proportion,
    /// from stubby to slender.
    pub(super) drawings: &'static [&'static str],
    /// Patterns of the article number, tried in order until one is free; empty for the brand's own.
    pub(super) numbers: &'static [&'static str],
    pub(super) bulk: Bulk,
    pub(super) accessories: &'static [Link],
    pub(super) spare_parts: &'static [Link],
    /// Brand and facts of a model that every shop of this kind carries, whatever the seed: examples
    /// and tests can rely on its article number.
    pub(super) flagship: Option<(&'static str, &'static [&'static str])>,
}

impl Kind {
    const fn new(guild: Guild, path: &'static str, leaf: Text, noun: Text) -> Self {
        Self {
            path,
            leaf,
            noun,
            guild,
            share: 10,
            price: (1000, 5000),
            model: Model::Named(Series::Plain),
            title: "",
            blurb: t("", ""),
            facts: &[],
            variants: &[],
            fit: None,
            coat: Coat::Livery,
            trim: None,
            drawings: &[],
            numbers: &[],
            bulk: Bulk::Single,
            accessories: &[],
            spare_parts: &[],
            flagship: None,
        }
    }

    const fn share(mut self, share: u32) -> Self {
        self.share = share;
        self
    }

    const fn cents(mut self, low: u32, high: u32) -> Self {
        self.price = (low, high);
        self
    }

    const fn euros(self, low: u32, high: u32) -> Self {
        self.cents(low * 100, high * 100)
    }

    const fn model(mut self, model: Model) -> Self {
        self.model = model;
        self
    }

    const fn named(self, series: Series) -> Self {
        self.model(Model::Named(series))
    }

    const fn title(mut self, title: &'static str) -> Self {
        self.title = title;
        self
    }

    const fn blurb(mut self, de: &'static str, en: &'static str) -> Self {
        self.blurb = t(de, en);
        self
    }

    const fn facts(mut self, facts: &'static [Axis]) -> Self {
        self.facts = facts;
        self
    }

    const fn variants(mut self, variants: &'static [Axis]) -> Self {
        self.variants = variants;
        self
    }

    const fn fit(mut self, of: &'static str, by: &'static str, low: f64, high: f64) -> Self {
        self.fit = Some(Fit { of, by, low, high });
        self
    }

    const fn drawn(mut self, drawings: &'static [&'static str], coat: Coat) -> Self {
        self.drawings = drawings;
        self.coat = coat;
        self
    }

    const fn trimmed(mut self, attribute: &'static str) -> Self {
        self.trim = Some(attribute);
        self
    }

    const fn numbers(mut self, numbers: &'static [&'static str]) -> Self {
        self.numbers = numbers;
        self
    }

    const fn bulk(mut self, bulk: Bulk) -> Self {
        self.bulk = bulk;
        self
    }

    const fn with(mut self, accessories: &'static [Link]) -> Self {
        self.accessories = accessories;
        self
    }

    const fn parts(mut self, spare_parts: &'static [Link]) -> Self {
        self.spare_parts = spare_parts;
        self
    }

    const fn flagship(mut self, brand: &'static str, facts: &'static [&'static str]) -> Self {
        self.flagship = Some((brand, facts));
        self
    }

    /// All properties, the model's before the variants'.
    pub(super) fn axes(&self) -> impl Iterator<Item = &'static Axis> + use<> {
        self.facts.iter().chain(self.variants)
    }
}

/// Every kind of every department.
pub(super) fn kinds() -> Vec<&'static Kind> {
    [
        bath::KINDS,
        plumbing::KINDS,
        fasteners::KINDS,
        anchors::KINDS,
        power_tools::KINDS,
        hand_tools::KINDS,
        electrical::KINDS,
        lighting::KINDS,
        paint::KINDS,
        garden::KINDS,
        photo::KINDS,
        gifts::KINDS,
        home::KINDS,
        kitchen::KINDS,
    ]
    .into_iter()
    .flatten()
    .collect()
}
