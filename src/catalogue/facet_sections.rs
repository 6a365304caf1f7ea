//! Writes the facets of a catalogue as sections of its pack.

use super::{facets::FacetTable, item_values, sections::Section};
use crate::pack::PackWriter;

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
    let levels = table.categories().map(|(_, category)| category.level);
    writer.put_bytes(S::CategoryLevels, levels.collect());
    let (sets, items, streams, streams_blob) = item_values::pack(&firsts, &table.item_values);
    writer.put_u32s(S::FacetValues, firsts);
    writer.put_bytes(S::FacetSets, sets);
    writer.put_bytes(S::ItemSets, items);
    writer.put_u32s(S::ValueStreams, streams);
    writer.put_bytes(S::ValueStreamsBlob, streams_blob);
}
