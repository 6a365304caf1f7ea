//! Next: visits in, the model of what is opened next out; and the measuring of it beside baselines.

mod baselines;
mod fit;
mod lists;
mod measure;
pub(crate) mod random;
mod ranker;
mod replay;
mod vectors;
mod visits;

pub use baselines::{Baseline, baselines};
pub use fit::{FitStage, NextSettings, NextTraining, pack_order, train_next, without};
pub use lists::ListSettings;
pub use measure::{Interval, LIST_LENGTH, Measured, Outcome, Recommender, measure};
pub use replay::Replayed;
pub use visits::{Items, UNKNOWN, Visit, VisitTable, read_attributes, read_first, read_more};
