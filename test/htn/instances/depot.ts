/** Small problems of our own that together use every feature of the language. */

/** A courier with a tank: types with two parents, constants, numbers, costs, all connectives, both orders. */
export const COURIER_DOMAIN = `
(define (domain courier)
  (:requirements :typing :hierarchy :method-preconditions :negative-preconditions :equality
    :disjunctive-preconditions :existential-preconditions :universal-preconditions :conditional-effects
    :numeric-fluents :action-costs)
  (:types vehicle parcel - thing  place - object  depot - place  amphibian - (either car boat)
    car - vehicle boat - vehicle)
  (:constants home - depot)
  (:predicates (at ?x - thing ?p - place) (in ?x - parcel ?v - vehicle) (road ?a ?b - place) (water ?a ?b - place)
    (sealed ?x - parcel) (opened ?x - parcel) (wet ?x - parcel) (locked ?p - place))
  (:functions (fuel ?v - vehicle) (distance ?a ?b - place) (total-cost) - number)
  (:task deliver :parameters (?x - parcel ?p - place))
  (:task go :parameters (?v - vehicle ?p - place))
  (:task prepare :parameters (?v - vehicle))
  (:method carry
    :parameters (?x - parcel ?from ?p - place ?v - vehicle)
    :task (deliver ?x ?p)
    :precondition (and (at ?x ?from) (not (= ?from ?p)))
    :ordered-subtasks (and (go ?v ?from) (load ?v ?x ?from) (go ?v ?p) (unload ?v ?x ?p)))
  (:method already-there
    :parameters (?x - parcel ?p - place)
    :task (deliver ?x ?p)
    :precondition (at ?x ?p)
    :subtasks ())
  (:method stay
    :parameters (?v - vehicle ?p - place) :task (go ?v ?p) :precondition (at ?v ?p) :ordered-subtasks ())
  (:method travel
    :parameters (?v - vehicle ?a ?b ?p - place)
    :task (go ?v ?p)
    :precondition (and (at ?v ?a) (not (at ?v ?p)) (or (road ?a ?b) (water ?a ?b)) (>= (fuel ?v) 1))
    :ordered-subtasks (and (drive ?v ?a ?b) (go ?v ?p)))
  (:method refuel-first
    :parameters (?v - vehicle ?p - place) :task (go ?v ?p)
    :precondition (and (< (fuel ?v) 2) (at ?v home) (exists (?x - parcel) (at ?x home)))
    :ordered-subtasks (and (refuel ?v) (go ?v ?p)))
  (:action drive
    :parameters (?v - vehicle ?a ?b - place)
    :precondition (and (at ?v ?a) (or (road ?a ?b) (water ?a ?b)) (>= (fuel ?v) 1) (not (locked ?b)))
    :effect (and (not (at ?v ?a)) (at ?v ?b) (decrease (fuel ?v) 1) (increase (total-cost) (distance ?a ?b))
      (when (water ?a ?b) (forall (?x - parcel) (when (in ?x ?v) (wet ?x))))))
  (:action refuel
    :parameters (?v - vehicle)
    :precondition (at ?v home)
    :effect (and (assign (fuel ?v) 5) (increase (total-cost) 3)))
  (:action load
    :parameters (?v - vehicle ?x - parcel ?p - place)
    :precondition (and (at ?v ?p) (at ?x ?p) (forall (?y - parcel) (not (in ?y ?v))))
    :effect (and (not (at ?x ?p)) (in ?x ?v)))
  (:action unload
    :parameters (?v - vehicle ?x - parcel ?p - place)
    :precondition (and (at ?v ?p) (in ?x ?v) (imply (wet ?x) (sealed ?x)))
    :effect (and (at ?x ?p) (not (in ?x ?v))))
)`

export const COURIER_PROBLEM = `
(define (problem two-parcels) (:domain courier)
  (:objects van - car skiff - boat a b - place p1 p2 - parcel)
  (:htn :tasks (and (first (deliver p1 b)) (second (deliver p2 a))) :ordering (and (< first second)) :constraints ())
  (:init (at van home) (at p1 home) (at p2 home) (at skiff a) (road home a) (road a b) (road b a) (road a home)
    (water b a) (= (fuel van) 1) (= (fuel skiff) 9) (= (distance home a) 2) (= (distance a home) 2)
    (= (distance a b) 4) (= (distance b a) 4) (= (total-cost) 0))
  (:goal (and (at p1 b) (at p2 a)))
  (:metric minimize (total-cost)))`

/** Two loops of letters that only an interleaving can bring together. */
export const TURNS_DOMAIN = `
(define (domain turns)
  (:requirements :hierarchy :negative-preconditions)
  (:predicates (left) (right))
  (:task ones :parameters ())
  (:task twos :parameters ())
  (:method one :parameters () :task (ones) :ordered-subtasks (and (tick) (ones)))
  (:method no-one :parameters () :task (ones) :subtasks ())
  (:method two :parameters () :task (twos) :ordered-subtasks (and (tock) (tock-again) (twos)))
  (:method last-two :parameters () :task (twos) :ordered-subtasks (and (tock) (tock-again)))
  (:action tick :parameters () :precondition (left) :effect (and (not (left)) (right)))
  (:action tock :parameters () :precondition (right) :effect (and (left) (not (right))))
  (:action tock-again :parameters () :precondition (right) :effect (and (left) (not (right))))
)`

export const TURNS_PROBLEM = `
(define (problem interleave) (:domain turns)
  (:htn :subtasks (and (a (ones)) (b (twos))))
  (:init (left)))`

/** No refinement exists: the only method of the only task needs itself. */
export const ENDLESS_DOMAIN = `
(define (domain endless) (:requirements :hierarchy :typing)
  (:types level) (:predicates (next ?a ?b - level) (on ?a - level))
  (:task climb :parameters (?a - level))
  (:method up :parameters (?a ?b - level) :task (climb ?a) :precondition (next ?a ?b)
    :ordered-subtasks (and (step ?a ?b) (climb ?b)))
  (:action step :parameters (?a ?b - level) :precondition (on ?a) :effect (and (not (on ?a)) (on ?b)))
)`

export const ENDLESS_PROBLEM = `
(define (problem circle) (:domain endless) (:objects l1 l2 l3 - level)
  (:htn :subtasks (climb l1))
  (:init (on l1) (next l1 l2) (next l2 l3) (next l3 l1)))`
