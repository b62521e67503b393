"""Learning rates that change during training, through Keras's own objects."""

from types import SimpleNamespace

import keras
import numpy as np

from lessons_lib.experiment import Experiment

FLOOR = 1e-3
"""Where cosine, polynomial and one-cycle end, as a share of the peak."""


def build_schedule(
    experiment: Experiment, steps_per_epoch: int
) -> float | keras.optimizers.schedules.LearningRateSchedule:
    """Returns what Keras's optimizer takes as its learning rate.

    Args:
        experiment: Its `schedule` and the fields that shape it.
        steps_per_epoch: Steps of one epoch.

    Returns:
        A number for `"constant"` and `"reduce_on_plateau"`, else a Keras
        schedule. The names mean:

        - `"step"`: times `decay_rate` after every `decay_epochs` epochs.
        - `"exponential"`: the same decay, spread smoothly over the steps.
        - `"polynomial"`: a straight line to a thousandth of the peak.
        - `"cosine"`: half a cosine to a thousandth of the peak
          (Loshchilov & Hutter 2017, without restarts).
        - `"warmup"`: a straight line up for `warmup_epochs`, then constant.
        - `"warmup_cosine"`: the same ramp, then a cosine.
        - `"one_cycle"`: up for 30 % of the steps from 1/25 of the peak, then
          a cosine down (after Smith & Topin 2018, without their momentum
          cycle).
    """
    schedules = keras.optimizers.schedules
    peak = experiment.learning_rate
    total = experiment.epochs * steps_per_epoch
    every = experiment.decay_epochs * steps_per_epoch
    ramp = experiment.warmup_epochs * steps_per_epoch
    match experiment.schedule:
        case "step":
            drops = list(range(every, total, every))
            if not drops:  # one value is no schedule to Keras
                return peak
            values = [
                peak * experiment.decay_rate**i for i in range(len(drops) + 1)
            ]
            # Keras keeps a value up to and including its boundary.
            return schedules.PiecewiseConstantDecay(
                [d - 1 for d in drops], values
            )
        case "exponential":
            return schedules.ExponentialDecay(
                peak, every, experiment.decay_rate
            )
        case "polynomial":
            return schedules.PolynomialDecay(peak, total, FLOOR * peak)
        case "cosine":
            return schedules.CosineDecay(peak, total, alpha=FLOOR)
        case "warmup":
            return schedules.PolynomialDecay(
                peak / ramp, max(ramp - 1, 1), peak
            )
        case "warmup_cosine":
            return schedules.CosineDecay(
                0.0, total - ramp, FLOOR, warmup_target=peak, warmup_steps=ramp
            )
        case "one_cycle":
            up = round(0.3 * total)
            return schedules.CosineDecay(
                peak / 25,
                total - up,
                FLOOR,
                warmup_target=peak,
                warmup_steps=up,
            )
    return peak


def rates(experiment: Experiment, steps_per_epoch: int) -> np.ndarray:
    """Returns the learning rate of every step of a run, shape `(steps,)`.

    For `"reduce_on_plateau"`, which looks at the run, the rate it starts with.
    """
    schedule = build_schedule(experiment, steps_per_epoch)
    steps = np.arange(experiment.epochs * steps_per_epoch, dtype="float32")
    if isinstance(schedule, float):
        return np.full(len(steps), schedule, "float32")
    ramp = getattr(schedule, "warmup_steps", 0)
    if not ramp:
        return np.asarray(schedule(steps))
    # Keras's warm-up takes one step at a time; its two parts take all at once.
    schedules, peak = keras.optimizers.schedules, schedule.warmup_target
    up = schedules.PolynomialDecay(schedule.initial_learning_rate, ramp, peak)
    down = schedules.CosineDecay(peak, schedule.decay_steps, schedule.alpha)
    return np.concatenate([up(steps[:ramp]), down(steps[ramp:] - ramp)])


def learning_rates(
    experiment: Experiment, steps_per_epoch: int, val_losses: list[float]
) -> np.ndarray:
    """Returns the learning rate of every step of a run that happened.

    Like `rates`, but `"reduce_on_plateau"` follows the run's own losses.

    Args:
        experiment: What was run.
        steps_per_epoch: Steps of one epoch.
        val_losses: `val_loss` after each epoch, at most all of them.
    """
    by_epoch = rates(experiment, steps_per_epoch).reshape(-1, steps_per_epoch)
    if experiment.schedule == "reduce_on_plateau":
        optimizer = keras.optimizers.SGD(experiment.learning_rate)
        callback = build_plateau(experiment, optimizer)
        for epoch, loss in enumerate(val_losses):
            callback.on_epoch_end(epoch, {"val_loss": loss})
            by_epoch[epoch + 1 :] = optimizer.learning_rate.numpy()
    return by_epoch.ravel()


def steps_per_epoch(experiment: Experiment, n_train: int) -> int:
    """Returns how many steps make an epoch of an experiment."""
    return experiment.steps_per_epoch or -(-n_train // experiment.batch_size)


def build_plateau(
    experiment: Experiment, optimizer: keras.optimizers.Optimizer | None = None
) -> keras.callbacks.ReduceLROnPlateau:
    """Returns Keras's callback that lowers the rate when `val_loss` stalls.

    Args:
        experiment: Its `decay_rate` and `patience`.
        optimizer: Whose rate it lowers; default that of the model it is
            given to, as `model.fit` does.
    """
    callback = keras.callbacks.ReduceLROnPlateau(
        monitor="val_loss",
        factor=experiment.decay_rate,
        patience=experiment.patience,
        min_delta=1e-4,
    )
    if optimizer is not None:
        callback.set_model(SimpleNamespace(optimizer=optimizer))
        callback.on_train_begin()
    return callback
