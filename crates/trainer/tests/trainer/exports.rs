//! Exports of shop systems: read as the system means them, or refused by name.

use endcap::Timestamp;
use endcap::catalogue::Availability;
use endcap_trainer::{IssueKind, TrainerError, Training};

use crate::common::{attributes, feed, ids, path, product, try_train};

fn read(name: &str, content: &str) -> Result<Training, TrainerError> {
    let folder = tempfile::tempdir().unwrap();
    try_train(&feed(folder.path(), name, content.as_bytes()))
}

const WOO: &str = "ID,Type,SKU,Name,Published,\"Visibility in catalog\",\"Short description\",\"Date sale price starts\",\"In stock?\",\"Sale price\",\"Regular price\",Categories,Images,Parent,\"Attribute 1 name\",\"Attribute 1 value(s)\"\n\
11,variable,mug,Mug,1,visible,For tea,,1,,,\"Kitchen > Mugs, Gifts\",\"https://s.example/a.jpg, https://s.example/b.jpg\",,Colour,\"Blue, Red\"\n\
12,variation,mug-blue,Mug - Blue,1,visible,,2026-11-01,1,9,12,,https://s.example/b.jpg,mug,Colour,Blue\n\
13,variation,,Mug - Red,1,visible,,,0,,12,,,id:11,Colour,Red\n\
14,simple,draft,Secret,0,visible,,,1,,5,Kitchen,,,,\n\
15,simple,hidden,Secret,1,hidden,,,1,,5,Kitchen,,,,\n\
16,variable,gone,Gone,-1,visible,,,1,,,Kitchen,,,,\n\
17,variation,gone-1,Gone - 1,1,visible,,,1,,5,,,gone,,\n";

#[test]
fn woocommerce_is_read_as_it_means_it() {
    let shop = read("products.csv", WOO).unwrap();
    assert_eq!(ids(&shop), ["mug", "mug-blue", "13"]);
    assert_eq!(shop.report.count(IssueKind::Unpublished), 4);
    let (blue, red) = (product(&shop, "mug-blue"), product(&shop, "13"));
    assert_eq!((blue.price, blue.sale_price), (Some(1200), Some(900)));
    assert_eq!(
        blue.at(Timestamp(0)).0,
        None,
        "the sale begins in November 2026"
    );
    assert_eq!(red.availability, Availability::OutOfStock);
    assert_eq!((red.group.as_str(), blue.group.as_str()), ("mug", "mug"));
    assert_eq!(
        (path(red), path(blue)),
        (vec!["Kitchen", "Mugs"], vec!["Kitchen", "Mugs"])
    );
    assert_eq!(
        (blue.image.as_str(), red.image.as_str()),
        ("https://s.example/b.jpg", "https://s.example/a.jpg")
    );
    assert!(
        red.description.starts_with("For tea"),
        "{}",
        red.description
    );
}

#[test]
fn shopify_is_read_as_it_means_it() {
    let shop = read(
        "products.csv",
        "Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,Variant Inventory Qty,Variant Inventory Policy,Variant Price,Variant Compare At Price,Image Src,Status\n\
         mug,Mug,<p>For tea</p>,Acme,Mugs,true,Colour,Blue,m-b,shopify,5,deny,9.00,12.00,https://s.example/a.jpg,active\n\
         mug,,,,,,,Red,m-r,shopify,0,deny,12.00,,,\n\
         mug,,,,,,,,,,,,,,https://s.example/b.jpg,\n\
         cup,Cup,,,,true,Title,Default Title,,,,deny,5.00,5.00,,draft\n",
    )
    .unwrap();
    assert_eq!(ids(&shop), ["m-b", "m-r"]);
    let (blue, red) = (product(&shop, "m-b"), product(&shop, "m-r"));
    assert_eq!(
        (blue.price, blue.sale_price, blue.title.as_str()),
        (Some(1200), Some(900), "Mug - Blue")
    );
    assert_eq!(
        (red.price, red.sale_price, red.availability),
        (Some(1200), None, Availability::OutOfStock)
    );
    assert_eq!(
        (red.brand.as_str(), red.group.as_str(), red.image.as_str()),
        ("Acme", "mug", "https://s.example/a.jpg")
    );
    assert!(
        attributes(red).is_empty(),
        "a facet of two products is none"
    );
}

#[test]
fn what_is_not_read_is_refused_by_name() {
    for (name, content, found) in [
        (
            "m.csv",
            "sku,attribute_set_code,product_type,name\na,Default,simple,Mug\n",
            "Magento",
        ),
        (
            "s.csv",
            "ordernumber;mainnumber;name\n1;1;Mug\n",
            "Shopware",
        ),
        (
            "p.json",
            r#"{"products":[{"id":1,"title":"Mug","body_html":"","variants":[{"price":"9.00"}]}]}"#,
            "Shopify",
        ),
        (
            "l.json",
            r#"{"@context":"https://schema.org","@type":"Product","name":"Mug","sku":"1"}"#,
            "JSON-LD",
        ),
        (
            "i.xml",
            "<?xml version='1.0'?><ICECAT-interface><Product ID='1'/></ICECAT-interface>",
            "Icecat",
        ),
    ] {
        let error = read(name, content).unwrap_err();
        assert_eq!(error.code(), "feed/export", "{name}");
        assert!(error.to_string().contains(found), "{error}");
        assert!(error.help().contains("Merchant"));
    }
}

#[test]
fn german_columns_are_known() {
    let shop = read(
        "t.csv",
        "Artikelnummer;Bezeichnung;Preis;Kategorie;Hersteller\n1;Dübel;1,29 €;Bau > Dübel;Acme\n",
    )
    .unwrap();
    let plug = product(&shop, "1");
    assert_eq!((plug.price, plug.brand.as_str()), (Some(129), "Acme"));
    assert_eq!(path(plug), ["Bau", "Dübel"]);
}
