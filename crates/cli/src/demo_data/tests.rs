//! Laws of the generated shop.

use super::*;

#[test]
fn check_digits_follow_gs1() {
    // The example of the GS1 General Specifications.
    assert_eq!(numbers::check_digit("629104150021"), 3);
}
