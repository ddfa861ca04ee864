/**
 * From what was observed to what should be: the planner's request, the pools that its plan means, the way from the
 * running pools to them, what to profile next. Pure: time is passed in, decisions are values, no client.
 */
package dev.kilter.operator.plan;
