//! The offer: prices, tiers, availability, delivery and ratings.

use endcap::catalogue::{Availability, Period, PriceTier, Product};
use serde_json::Value;

use crate::error::TrainerError;
use crate::feed::{Row, is_blank, scalar_text};
use crate::field::price::{self, House};
use crate::issue::{IssueKind, Outcome};
use crate::product::{Normaliser, excerpt};

impl Normaliser {
    pub(super) fn prices(&mut self, row: &Row, product: Product) -> Result<Product, TrainerError> {
        let price = self.price_field(row, "price")?;
        let mut sale_price = self.price_field(row, "sale_price")?;
        if let Some(sale) = sale_price
            && price.is_none_or(|price| sale >= price)
        {
            let message = "the sale price is not below the price";
            self.raise(
                row,
                IssueKind::SalePrice,
                "sale_price",
                message,
                Outcome::FieldDropped,
            )?;
            sale_price = None;
        }
        let mut sale_period = Period::default();
        if sale_price.is_some() {
            // A reduced price whose period is unknown may not hold.
            match self.sale_period(row)? {
                Some(period) => sale_period = period,
                None => sale_price = None,
            }
        }
        Ok(Product {
            price,
            sale_price,
            sale_period,
            price_tiers: self.price_tiers(row)?,
            ..product
        })
    }

    fn price_field(&mut self, row: &Row, field: &str) -> Result<Option<u32>, TrainerError> {
        match row.get(field) {
            None => Ok(None),
            Some(value) => self.price(row, field, value),
        }
    }

    fn price(
        &mut self,
        row: &Row,
        field: &str,
        value: &Value,
    ) -> Result<Option<u32>, TrainerError> {
        // Atom and JSON exports also write `{"value": "12.50", "currency": "EUR"}`.
        let raw = match value {
            Value::Object(fields) => {
                let part = |name: &str| fields.get(name).and_then(scalar_text).unwrap_or_default();
                format!("{} {}", part("value"), part("currency"))
                    .trim()
                    .to_owned()
            }
            value => scalar_text(value).unwrap_or_default().into_owned(),
        };
        let house = House {
            currency: self.currency.as_deref(),
            language: &self.language,
        };
        let parsed = match price::parse(&raw, house) {
            Ok(parsed) => parsed,
            Err(error) => {
                let message = format!("{error}: {:?}", excerpt(&raw));
                self.raise(row, IssueKind::Price, field, message, Outcome::FieldDropped)?;
                return Ok(None);
            }
        };
        if parsed.strange {
            let message = format!(
                "words beside the price are passed over: {:?}",
                excerpt(&raw)
            );
            self.raise(
                row,
                IssueKind::PriceWords,
                field,
                message,
                Outcome::FieldChanged,
            )?;
        }
        let sure = self.currency_is_sure && parsed.currency == self.currency;
        if let ([first, ..], false) = (parsed.shared, sure) {
            let sign = self.signs.entry(first).or_insert((parsed.shared, 0));
            sign.1 += 1;
            let message = format!(
                "{:?} may be {}; taken for {}",
                excerpt(&raw),
                parsed.shared.join(", "),
                parsed.currency.as_deref().unwrap_or_default()
            );
            self.raise(
                row,
                IssueKind::CurrencySign,
                field,
                message,
                Outcome::FieldChanged,
            )?;
        } else if let Some(given) = &parsed.currency {
            *self.currencies.entry(given.clone()).or_default() += 1;
        }
        if let (Some(given), Some(expected)) = (&parsed.currency, &self.currency)
            && given != expected
        {
            let message = format!("expected {expected}, got {given} in {:?}", excerpt(&raw));
            self.raise(
                row,
                IssueKind::Currency,
                field,
                message,
                Outcome::FieldDropped,
            )?;
            return Ok(None);
        }
        if self.currency.is_none() {
            self.currency.clone_from(&parsed.currency);
            self.currency_is_sure = parsed.shared.is_empty();
        }
        // A JSON number has no thousands separators.
        if parsed.ambiguous && !value.is_number() {
            let message = format!("{:?} read as thousands", excerpt(&raw));
            self.raise(
                row,
                IssueKind::PriceAmbiguous,
                field,
                message,
                Outcome::FieldChanged,
            )?;
        }
        let parsed = if value.is_number() {
            parsed.into_number(&raw)
        } else {
            parsed
        };
        match parsed.minor_units(self.currency.as_deref().unwrap_or_default()) {
            Ok(0) => {
                let message = "a price of nought".to_owned();
                self.raise(
                    row,
                    IssueKind::PriceZero,
                    field,
                    message,
                    Outcome::FieldDropped,
                )?;
                Ok(None)
            }
            Ok(units) => Ok(Some(units)),
            Err(error) => {
                let message = format!("{error}: {:?}", excerpt(&raw));
                self.raise(row, IssueKind::Price, field, message, Outcome::FieldDropped)?;
                Ok(None)
            }
        }
    }

    /// Tiers as objects, or as text: `10:119.90 EUR;50:99.90 EUR`.
    fn price_tiers(&mut self, row: &Row) -> Result<Vec<PriceTier>, TrainerError> {
        let mut tiers: Vec<PriceTier> = Vec::new();
        for (quantity, price) in row.get_all("price_tiers").into_iter().flat_map(tier_parts) {
            let quantity = quantity
                .trim()
                .parse::<u32>()
                .ok()
                .filter(|quantity| *quantity > 1);
            let Some(min_quantity) = quantity.filter(|_| !is_blank(&price)) else {
                let message = "expected a quantity above 1 and a price";
                self.raise(
                    row,
                    IssueKind::Tier,
                    "price_tiers",
                    message,
                    Outcome::FieldDropped,
                )?;
                continue;
            };
            if let Some(price) = self.price(row, "price_tiers", &price)? {
                tiers.push(PriceTier {
                    min_quantity,
                    price,
                });
            }
        }
        tiers.sort_by_key(|tier| tier.min_quantity);
        if tiers
            .windows(2)
            .any(|pair| pair[0].min_quantity == pair[1].min_quantity)
        {
            let message = "two prices for one quantity; the first one holds";
            self.raise(
                row,
                IssueKind::Tier,
                "price_tiers",
                message,
                Outcome::FieldChanged,
            )?;
            tiers.dedup_by_key(|tier| tier.min_quantity);
        }
        Ok(tiers)
    }

    pub(super) fn availability(&mut self, row: &Row) -> Result<Availability, TrainerError> {
        let Some(raw) = row.text("availability").filter(|raw| !raw.is_empty()) else {
            return Ok(Availability::InStock);
        };
        match availability(&raw) {
            Some(availability) => Ok(availability),
            None => {
                let message = format!("{:?} is not known, taken for in_stock", excerpt(&raw));
                self.raise(
                    row,
                    IssueKind::Availability,
                    "availability",
                    message,
                    Outcome::FieldChanged,
                )?;
                Ok(Availability::InStock)
            }
        }
    }

    pub(super) fn delivery_days(&mut self, row: &Row) -> Result<Option<u8>, TrainerError> {
        let field = if row.get("max_handling_time").is_some() {
            "max_handling_time"
        } else {
            "min_handling_time"
        };
        self.number(row, field, "whole days from 0 to 255", |raw| {
            raw.parse::<u8>().ok()
        })
    }

    pub(super) fn rating(&mut self, row: &Row, product: Product) -> Result<Product, TrainerError> {
        let rating = self.number(row, "average_rating", "a number from 0 to 5", |raw| {
            raw.replace(',', ".")
                .parse::<f32>()
                .ok()
                .filter(|rating| (0.0..=5.0).contains(rating))
        })?;
        let reviews = self.number(row, "review_count", "a whole number", |raw| {
            raw.parse::<u32>().ok()
        })?;
        Ok(Product {
            rating,
            reviews: reviews.unwrap_or(0),
            ..product
        })
    }

    fn number<T>(
        &mut self,
        row: &Row,
        field: &str,
        expected: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, TrainerError> {
        let Some(raw) = row
            .get(field)
            .map(|value| scalar_text(value).unwrap_or_default())
        else {
            return Ok(None);
        };
        let number = parse(&raw);
        if number.is_none() {
            let message = format!("expected {expected}, got {:?}", excerpt(&raw));
            self.raise(
                row,
                IssueKind::Number,
                field,
                message,
                Outcome::FieldDropped,
            )?;
        }
        Ok(number)
    }
}

fn tier_parts(value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Object(fields) => {
            let quantity = fields
                .get("min_quantity")
                .and_then(scalar_text)
                .unwrap_or_default();
            vec![(
                quantity.into_owned(),
                fields.get("price").cloned().unwrap_or_default(),
            )]
        }
        value => {
            let text = scalar_text(value).unwrap_or_default();
            let parts = text
                .split([';', '|'])
                .filter(|part| !part.trim().is_empty());
            parts
                .map(|part| {
                    let (quantity, price) = part.split_once(':').unwrap_or((part, ""));
                    (quantity.to_owned(), Value::from(price.trim()))
                })
                .collect()
        }
    }
}

/// Merchant's four values, schema.org's addresses, and what shops write instead.
fn availability(raw: &str) -> Option<Availability> {
    let name = raw.rsplit('/').next().unwrap_or_default();
    let name: String = name
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    Some(match name.as_str() {
        "instock"
        | "available"
        | "limitedavailability"
        | "instoreonly"
        | "onlineonly"
        | "lieferbar"
        | "auflager"
        | "sofortlieferbar"
        | "vorrätig" => Availability::InStock,
        "outofstock" | "soldout" | "discontinued" | "unavailable" | "nichtlieferbar"
        | "ausverkauft" | "nichtauflager" | "nichtvorrätig" => Availability::OutOfStock,
        "preorder" | "presale" | "vorbestellbar" => Availability::Preorder,
        "backorder" | "availablefororder" | "madetoorder" | "nachbestellt" => {
            Availability::Backorder
        }
        _ => return None,
    })
}
