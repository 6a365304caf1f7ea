//! Writes the facets of a catalogue as sections of its pack.

use super::{
    facets::{FacetRow, FacetTable},
    item_values,
    sections::Section,
};
use crate::pack::{PackWriter, write_varint};

pub(super) fn write(writer: &mut PackWriter, table: &FacetTable) {
    use Section as S;
    let (facets, values) = (&table.facets, &table.values);
    let keys = facets.iter().map(|facet| facet.key.as_str());
    writer.put_strings(S::FacetKeys, S::FacetKeysBlob, keys);
    let labels = facets.iter().map(|facet| facet.label.as_str());
    writer.put_strings(S::FacetLabels, S::FacetLabelsBlob, labels);
    let firsts: Vec<u32> = facets
        .iter()
        .map(|facet| facet.first)
        .chain([values.len() as u32])
        .collect();
    let labels = values.iter().map(|value| value.label.as_str());
    writer.put_strings(S::ValueLabels, S::ValueLabelsBlob, labels);
    let named = || {
        (0u32..)
            .zip(values)
            .filter(|(_, value)| value.key != value.label)
    };
    writer.put_u32s(S::NamedValues, named().map(|(number, _)| number));
    let names = named().map(|(_, value)| value.key.as_str());
    writer.put_strings(S::ValueNames, S::ValueNamesBlob, names);
    let with_swatch = || {
        (0u32..)
            .zip(values)
            .filter(|(_, value)| !value.swatch.is_empty())
    };
    writer.put_u32s(S::SwatchValues, with_swatch().map(|(number, _)| number));
    let swatches = with_swatch().map(|(_, value)| value.swatch.as_str());
    writer.put_strings(S::Swatches, S::SwatchesBlob, swatches);
    write_numbers(writer, facets);
    let levels = table.categories().map(|(_, category)| category.level);
    writer.put_bytes(S::CategoryLevels, levels.collect());
    let (sets, items, streams, streams_blob) = item_values::pack(&firsts, &table.item_values);
    writer.put_u32s(S::FacetValues, firsts);
    writer.put_bytes(S::FacetSets, sets);
    writer.put_bytes(S::ItemSets, items);
    writer.put_u32s(S::ValueStreams, streams);
    writer.put_bytes(S::ValueStreamsBlob, streams_blob);
}

fn write_numbers(writer: &mut PackWriter, facets: &[FacetRow]) {
    use Section as S;
    let kind = |facet: &FacetRow| facet.numeric.as_ref().map_or(0, |found| 1 + found.decimals);
    writer.put_bytes(S::FacetKinds, facets.iter().map(kind).collect());
    let unit = |facet: &'_ FacetRow| {
        facet
            .numeric
            .as_ref()
            .map_or(String::new(), |found| found.unit.clone())
    };
    let units: Vec<String> = facets.iter().map(unit).collect();
    writer.put_strings(
        S::FacetUnits,
        S::FacetUnitsBlob,
        units.iter().map(String::as_str),
    );
    let (mut offsets, mut blob) = (vec![0], Vec::new());
    for facet in facets {
        // The first number may be any of 32 bits; from there they ascend.
        let mut before = i32::MIN;
        for &(low, high) in facet.numeric.iter().flat_map(|found| &found.numbers) {
            write_varint(&mut blob, low.wrapping_sub(before) as u32);
            write_varint(&mut blob, high.wrapping_sub(low) as u32);
            before = low;
        }
        offsets.push(blob.len() as u32);
    }
    writer.put_u32s(S::FacetNumbers, offsets);
    writer.put_bytes(S::FacetNumbersBlob, blob);
}
