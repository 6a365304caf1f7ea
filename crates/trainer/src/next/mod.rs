//! Next: visits in, the model of what is opened next out; and the measuring of it beside baselines.

mod baselines;
mod fit;
mod lists;
mod measure;
mod orders;
pub(crate) mod random;
mod ranker;
mod replay;
mod vectors;
mod visits;

pub use baselines::{Baseline, baselines, basket_baselines, past_baselines};
pub use fit::{FitStage, NextInput, NextSettings, NextTraining, split, train_next};
pub use lists::ListSettings;
pub use measure::{Interval, LIST_LENGTH, Measured, Outcome, Recommender, measure};
pub use orders::{Order, OrderTable, Task, bought_again, hidden, purchases, read_orders};
pub use replay::{Replayed, knowledge_pack};
pub use visits::{Items, UNKNOWN, Visit, VisitTable, read_attributes, read_first, read_more};
