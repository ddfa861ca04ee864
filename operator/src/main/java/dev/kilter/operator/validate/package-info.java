/**
 * What an InferenceDeployment says wrong that its schema cannot see: pure rules, all of them asked, all answers told.
 * No client; what must be looked up is passed in.
 */
package dev.kilter.operator.validate;
