//! Which visits a training learns from first, and which later ones the rest is fitted to.

use std::collections::HashMap;

use super::visits::Visit;

/// Share of the visits, the latest, that the ranker is fitted to where no file is given for it.
const HELD_OUT: f64 = 0.08;
/// Share of the held-out visits that are found at the end of the log before it counts as cut off there.
const NEARLY_ALL: f64 = 0.97;
/// Visits at the end of the log per held-out visit, at most, for the held-out ones to be its end.
const DENSE: f64 = 1.3;

/// The visits before those that are `held_out`, and these; without any the latest of `visits` are held out.
///
/// `held_out` may or may not be among `visits`; what is there is taken out, by what was opened: a file that was cut out of a log may have
/// other times, and lack items or visits. If they are most of `visits`, the latest are held out as without any. If the held-out visits are the end of the log, the log ends before them.
#[must_use]
pub fn split(visits: &[Visit], held_out: Option<Vec<Visit>>) -> (Vec<Visit>, Vec<Visit>) {
    let Some(held_out) = held_out else {
        let later = (visits.len() as f64 * HELD_OUT).ceil() as usize;
        let (before, later) = visits.split_at(visits.len() - later.min(visits.len()));
        return (before.to_vec(), later.to_vec());
    };
    let mut wanted = HashMap::<&[u32], usize>::new();
    for visit in &held_out {
        *wanted.entry(visit.items.as_slice()).or_default() += 1;
    }
    // From the end: of equal visits the latest are the held-out ones.
    let mut found = vec![false; visits.len()];
    let mut places = Vec::new();
    for (place, visit) in visits.iter().enumerate().rev() {
        if let Some(left) = wanted
            .get_mut(visit.items.as_slice())
            .filter(|left| **left > 0)
        {
            *left -= 1;
            found[place] = true;
            places.push(place);
        }
    }
    // Nearly all of them; the few before are short visits that were held out in another shape and happened earlier, too.
    let begin = places.get((places.len() as f64 * NEARLY_ALL) as usize);
    let end = match begin {
        Some(&begin)
            if places.len() * 2 > held_out.len()
                && (visits.len() - begin) as f64 <= held_out.len() as f64 * DENSE =>
        {
            begin
        }
        _ => visits.len(),
    };
    let before: Vec<Visit> = visits[..end]
        .iter()
        .zip(&found)
        .filter(|&(_, &found)| !found)
        .map(|(visit, _)| visit.clone())
        .collect();
    // A file that is most of the log holds out what there is to learn from.
    if before.len() * 2 < visits.len() {
        return split(visits, None);
    }
    (before, held_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(time: i64, item: u32) -> Visit {
        Visit::new(time, vec![item, item + 1])
    }

    /// A file cut out of the log's end, with other times and without some visits, takes the whole end out.
    #[test]
    fn what_the_ranker_is_fitted_to_is_not_learned_from() {
        let visits: Vec<Visit> = (0..1000)
            .map(|time| visit(time, time as u32 % 700))
            .collect();
        let held_out: Vec<Visit> = (800..1000)
            .filter(|time| time % 20 != 3)
            .map(|time| visit(time - 7, time as u32 % 700))
            .collect();
        let (before, later) = split(&visits, Some(held_out.clone()));
        assert_eq!(later, held_out);
        assert!(
            before.len() <= 806 && before.len() >= 790,
            "{} are left",
            before.len()
        );
        assert!(before.iter().all(|visit| visit.time < 806));
    }

    #[test]
    fn a_file_of_its_own_takes_nothing_out() {
        let visits: Vec<Visit> = (0..100).map(|time| visit(time, time as u32)).collect();
        let (before, _) = split(&visits, Some(vec![visit(200, 5000)]));
        assert_eq!(before.len(), 100);
    }

    #[test]
    fn a_file_that_is_the_log_is_as_none() {
        let visits: Vec<Visit> = (0..100).map(|time| visit(time, time as u32)).collect();
        assert_eq!(split(&visits, Some(visits.clone())), split(&visits, None));
    }

    #[test]
    fn without_a_file_the_latest_are_held_out() {
        let visits: Vec<Visit> = (0..100).map(|time| visit(time, time as u32)).collect();
        let (before, later) = split(&visits, None);
        assert_eq!((before.len(), later.len()), (92, 8));
        assert!(before.iter().all(|visit| visit.time < later[0].time));
    }
}
