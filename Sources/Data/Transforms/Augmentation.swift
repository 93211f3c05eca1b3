// What training does to its samples anew in each epoch.
// The transforms themselves are in the files beside this one.

import Tensors

/// Transforms drawn for each sample from the seed, the epoch and the sample's index alone.
public struct Augmentation: Sendable {
}
