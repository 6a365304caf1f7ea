//! Next: visits in, the model of what is opened next out; and the measuring of it beside baselines.

mod attributes;
mod baselines;
mod choices;
mod cuts;
mod examples;
mod facets;

mod fit;
mod intent;
mod lists;
mod measure;
mod orders;
mod product;
pub(crate) mod random;
mod ranker;
mod replay;
mod shop;
mod split;
mod vectors;
mod visits;

pub use attributes::{AttributeTable, LeftOut, read_attributes};
pub use baselines::{Baseline, baselines, basket_baselines, past_baselines};
pub(crate) use choices::{Choice, Next, fit_orders};
pub use facets::{FacetMeasured, FacetReplay};
pub use fit::{FitStage, NextInput, NextSettings, NextTraining, train_lists, train_next};
pub use intent::{IntentMeasured, measure_intent};
pub use lists::{ListSettings, lists};
pub use measure::{Interval, LIST_LENGTH, Measured, Outcome, Recommender, measure};
pub(crate) use orders::remember;
pub use orders::{Order, OrderTable, Task, bought_again, hidden, purchases, read_orders};
pub use replay::{Replayed, knowledge_pack};
pub(crate) use shop::{BEGIN_MS, STEP_MS, view};
pub use split::split;
pub use visits::{Items, UNKNOWN, Visit, VisitTable, read_first, read_more};
